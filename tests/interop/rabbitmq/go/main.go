// SPDX-License-Identifier: Apache-2.0

// amqp091-go, which nothing instruments: as its users do, the program starts the spans itself, and
// hands the message's headers to the propagator.
//
//	interop publish QUEUE COUNT
//	interop consume QUEUE COUNT [NEXT_QUEUE]
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"

	amqp "github.com/rabbitmq/amqp091-go"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"

	"otelmq/interop/scenario"
)

// headers is a carrier over the headers of a message.
type headers amqp.Table

func (h headers) Get(key string) string {
	value, _ := h[key].(string)
	return value
}

func (h headers) Set(key, value string) {
	h[key] = value
}

func (h headers) Keys() []string {
	var keys []string
	for key := range h {
		keys = append(keys, key)
	}
	return keys
}

func tracer() trace.Tracer {
	return otel.Tracer("interop")
}

func publish(ctx context.Context, channel *amqp.Channel, queue, body string) error {
	ctx, span := tracer().Start(ctx, "publish "+queue, trace.WithSpanKind(trace.SpanKindProducer))
	defer span.End()
	table := amqp.Table{}
	otel.GetTextMapPropagator().Inject(ctx, headers(table))
	if err := scenario.TellPublished(ctx, body); err != nil {
		return err
	}
	message := amqp.Publishing{Headers: table, Body: []byte(body)}
	return channel.PublishWithContext(ctx, "", queue, false, false, message)
}

func publishAll(channel *amqp.Channel, queue string, count int) error {
	for index := 0; index < count; index++ {
		ctx, err := scenario.ContextOf(index)
		if err != nil {
			return err
		}
		if err := publish(ctx, channel, queue, strconv.Itoa(index)); err != nil {
			return err
		}
	}
	return nil
}

func process(channel *amqp.Channel, delivery amqp.Delivery, nextQueue string) error {
	ctx := otel.GetTextMapPropagator().Extract(context.Background(), headers(delivery.Headers))
	ctx, span := tracer().Start(ctx, "process "+delivery.RoutingKey,
		trace.WithSpanKind(trace.SpanKindConsumer))
	defer span.End()
	body := string(delivery.Body)
	if err := scenario.TellProcessed(ctx, body); err != nil {
		return err
	}
	if nextQueue != "" {
		if err := publish(ctx, channel, nextQueue, body); err != nil {
			return err
		}
	}
	return delivery.Ack(false)
}

func consumeAll(channel *amqp.Channel, queue string, count int, nextQueue string) error {
	deliveries, err := channel.Consume(queue, "", false, false, false, false, nil)
	if err != nil {
		return err
	}
	for ; count > 0; count-- {
		delivery, ok := <-deliveries
		if !ok {
			return fmt.Errorf("the broker closed the channel, and %d messages are missing", count)
		}
		if err := process(channel, delivery, nextQueue); err != nil {
			return err
		}
	}
	return nil
}

func run(action, queue, countText, nextQueue string) error {
	count, err := strconv.Atoi(countText)
	if err != nil {
		return err
	}
	connection, err := amqp.Dial(os.Getenv("RABBITMQ_URL"))
	if err != nil {
		return err
	}
	defer connection.Close()
	channel, err := connection.Channel()
	if err != nil {
		return err
	}
	for _, name := range []string{queue, nextQueue} {
		if name != "" {
			if _, err := channel.QueueDeclare(name, true, true, false, false, nil); err != nil {
				return err
			}
		}
	}
	if action == "publish" {
		return publishAll(channel, queue, count)
	}
	return consumeAll(channel, queue, count, nextQueue)
}

func main() {
	arguments := append(os.Args[1:], "")
	scenario.SetUp()
	if err := run(arguments[0], arguments[1], arguments[2], arguments[3]); err != nil {
		log.Fatal(err)
	}
}
