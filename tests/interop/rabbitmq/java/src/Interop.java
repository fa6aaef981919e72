// SPDX-License-Identifier: Apache-2.0

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import scenario.Scenario;

/**
 * amqp-client with OpenTelemetry's API: the program starts the spans itself, and hands the message's
 * headers to the propagator.
 *
 * <pre>
 *     Interop publish QUEUE COUNT
 *     Interop consume QUEUE COUNT [NEXT_QUEUE]
 * </pre>
 */
public final class Interop {
    private final OpenTelemetry telemetry = Scenario.setUp();
    private final Channel channel;

    private Interop(Channel channel) {
        this.channel = channel;
    }

    /** Header values arrive as LongString, and are text by toString. */
    private static final class Headers implements TextMapGetter<Map<String, Object>> {
        @Override
        public Iterable<String> keys(Map<String, Object> headers) {
            return headers.keySet();
        }

        @Override
        public String get(Map<String, Object> headers, String key) {
            var value = headers.get(key);
            return value == null ? null : value.toString();
        }
    }

    private Span start(Context parent, String name, SpanKind kind) {
        return telemetry.getTracer("interop")
                .spanBuilder(name)
                .setParent(parent)
                .setSpanKind(kind)
                .startSpan();
    }

    private void publish(Context parent, String queue, String body) throws Exception {
        var span = start(parent, "publish " + queue, SpanKind.PRODUCER);
        var context = parent.with(span);
        var headers = new HashMap<String, Object>();
        telemetry.getPropagators().getTextMapPropagator().inject(context, headers, Map::put);
        Scenario.tellPublished(context, body);
        var properties = new BasicProperties.Builder().headers(headers).build();
        channel.basicPublish("", queue, properties, body.getBytes(StandardCharsets.UTF_8));
        span.end();
    }

    private void process(Delivery delivery, String nextQueue) throws Exception {
        var parent = telemetry.getPropagators().getTextMapPropagator()
                .extract(Context.root(), delivery.getProperties().getHeaders(), new Headers());
        var queue = delivery.getEnvelope().getRoutingKey();
        var span = start(parent, "process " + queue, SpanKind.CONSUMER);
        var context = parent.with(span);
        var body = new String(delivery.getBody(), StandardCharsets.UTF_8);
        Scenario.tellProcessed(context, body);
        if (nextQueue != null) {
            publish(context, nextQueue, body);
        }
        channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
        span.end();
    }

    private void consume(String queue, int count, String nextQueue) throws Exception {
        var left = new AtomicInteger(count);
        var done = new CompletableFuture<Void>();
        channel.basicConsume(queue, false, (tag, delivery) -> {
            try {
                process(delivery, nextQueue);
                if (left.decrementAndGet() == 0) {
                    done.complete(null);
                }
            } catch (Exception problem) {
                done.completeExceptionally(problem);
            }
        }, (tag, reason) -> done.completeExceptionally(reason));
        done.get();
    }

    public static void main(String[] arguments) throws Exception {
        var queue = arguments[1];
        var count = Integer.parseInt(arguments[2]);
        var nextQueue = arguments.length > 3 ? arguments[3] : null;
        var factory = new ConnectionFactory();
        factory.setUri(System.getenv("RABBITMQ_URL"));
        try (var connection = factory.newConnection(); var channel = connection.createChannel()) {
            var interop = new Interop(channel);
            channel.queueDeclare(queue, true, false, true, null);
            if (nextQueue != null) {
                channel.queueDeclare(nextQueue, true, false, true, null);
            }
            if (arguments[0].equals("publish")) {
                for (int index = 0; index < count; index++) {
                    interop.publish(Scenario.contextOf(index), queue, Integer.toString(index));
                }
            } else {
                interop.consume(queue, count, nextQueue);
            }
        }
    }
}
