// SPDX-License-Identifier: Apache-2.0

// franz-go with kotel, whose hooks make the spans, inject and extract; the program only starts the
// process span.
//
//	interop publish TOPIC COUNT
//	interop consume TOPIC COUNT [NEXT_TOPIC]
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/plugin/kotel"

	"otelmq/interop/scenario"
)

const patience = 30 * time.Second

type program struct {
	client *kgo.Client
	tracer *kotel.Tracer
}

func (p program) publish(ctx context.Context, topic, body string) error {
	record := &kgo.Record{Topic: topic, Value: []byte(body)}
	if err := p.client.ProduceSync(ctx, record).FirstErr(); err != nil {
		return err
	}
	// kotel leaves the context there that it has injected.
	return scenario.TellPublished(record.Context, body)
}

func (p program) publishAll(topic string, count int) error {
	for index := 0; index < count; index++ {
		ctx, err := scenario.ContextOf(index)
		if err != nil {
			return err
		}
		if err := p.publish(ctx, topic, strconv.Itoa(index)); err != nil {
			return err
		}
	}
	return nil
}

func (p program) process(record *kgo.Record, nextTopic string) error {
	received := record.Context
	ctx, span := p.tracer.WithProcessSpan(record)
	defer span.End()
	body := string(record.Value)
	if err := scenario.TellProcessedAfterReceive(ctx, received, body); err != nil {
		return err
	}
	if nextTopic == "" {
		return nil
	}
	return p.publish(ctx, nextTopic, body)
}

func (p program) consumeAll(count int, nextTopic string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for count > 0 {
		fetches := p.client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return fmt.Errorf("%d messages are missing: %w", count, err)
		}
		for _, record := range fetches.Records() {
			if err := p.process(record, nextTopic); err != nil {
				return err
			}
			count--
		}
	}
	return p.client.CommitUncommittedOffsets(ctx)
}

func run(action, topic, countText, nextTopic string) error {
	count, err := strconv.Atoi(countText)
	if err != nil {
		return err
	}
	tracer := kotel.NewTracer()
	options := []kgo.Opt{
		kgo.SeedBrokers(strings.Split(os.Getenv("KAFKA_BROKERS"), ",")...),
		kgo.WithHooks(kotel.NewKotel(kotel.WithTracer(tracer)).Hooks()...),
		kgo.AllowAutoTopicCreation(),
	}
	if action != "publish" {
		options = append(options, kgo.ConsumeTopics(topic), kgo.ConsumerGroup(topic),
			kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return err
	}
	defer client.Close()
	if action == "publish" {
		return program{client, tracer}.publishAll(topic, count)
	}
	return program{client, tracer}.consumeAll(count, nextTopic)
}

func main() {
	arguments := append(os.Args[1:], "")
	scenario.SetUp()
	if err := run(arguments[0], arguments[1], arguments[2], arguments[3]); err != nil {
		log.Fatal(err)
	}
}
