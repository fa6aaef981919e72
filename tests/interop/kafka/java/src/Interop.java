// SPDX-License-Identifier: Apache-2.0

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.instrumentation.kafkaclients.v2_6.KafkaTelemetry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import scenario.Scenario;

/**
 * kafka-clients with OpenTelemetry's instrumentation library around them, which makes the spans,
 * injects and extracts.
 *
 * <pre>
 *     Interop publish TOPIC COUNT
 *     Interop consume TOPIC COUNT [NEXT_TOPIC]
 * </pre>
 */
public final class Interop {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaTelemetry telemetry = KafkaTelemetry.create(Scenario.setUp());
    private final Producer<String, String> producer = telemetry.wrap(new KafkaProducer<>(
            Map.of("bootstrap.servers", brokers()), new StringSerializer(),
            new StringSerializer()));

    private Interop() {}

    private static String brokers() {
        return System.getenv("KAFKA_BROKERS");
    }

    /** Reads the headers of a record that was sent. */
    private static final class SentHeaders implements TextMapGetter<Headers> {
        @Override
        public Iterable<String> keys(Headers headers) {
            return StreamSupport.stream(headers.spliterator(), false).map(Header::key).toList();
        }

        @Override
        public String get(Headers headers, String key) {
            var header = headers.lastHeader(key);
            return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
        }
    }

    /** Publishes as a part of the current context. */
    private void publish(String topic, String body) throws Exception {
        var message = new ProducerRecord<String, String>(topic, body);
        producer.send(message).get();
        // The span is known by what the instrumentation left in the message only.
        var sent = W3CTraceContextPropagator.getInstance()
                .extract(Context.current(), message.headers(), new SentHeaders());
        Scenario.tellPublished(sent, body);
    }

    private void publishAll(String topic, int count) throws Exception {
        for (int index = 0; index < count; index++) {
            try (var scope = Scenario.contextOf(index).makeCurrent()) {
                publish(topic, Integer.toString(index));
            }
        }
    }

    /** The process span is current as long as the loop over the records is at this one. */
    private void process(ConsumerRecord<String, String> message, String nextTopic)
            throws Exception {
        Scenario.tellProcessed(Context.current(), message.value());
        if (nextTopic != null) {
            publish(nextTopic, message.value());
        }
    }

    private Consumer<String, String> subscribe(String topic) {
        Consumer<String, String> consumer = telemetry.wrap(new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers(), "group.id", topic, "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(), new StringDeserializer()));
        consumer.subscribe(List.of(topic));
        return consumer;
    }

    private void consume(String topic, int count, String nextTopic) throws Exception {
        var deadline = Instant.now().plus(PATIENCE);
        try (var consumer = subscribe(topic)) {
            for (int left = count; left > 0; ) {
                if (Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException(left + " messages are missing");
                }
                for (var message : consumer.poll(Duration.ofSeconds(1))) {
                    process(message, nextTopic);
                    left--;
                }
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        var topic = arguments[1];
        var count = Integer.parseInt(arguments[2]);
        var interop = new Interop();
        try (var producer = interop.producer) {
            if (arguments[0].equals("publish")) {
                interop.publishAll(topic, count);
            } else {
                interop.consume(topic, count, arguments.length > 3 ? arguments[3] : null);
            }
        }
    }
}
