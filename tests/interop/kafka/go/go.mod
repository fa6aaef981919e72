module otelmq/interop/kafka

// Debian 12 has this Go; later versions of OpenTelemetry need a newer one.
go 1.19

require (
	github.com/twmb/franz-go v1.16.1
	github.com/twmb/franz-go/plugin/kotel v1.4.1
	otelmq/interop/scenario v0.0.0
)

require (
	github.com/go-logr/logr v1.4.1 // indirect
	github.com/go-logr/stdr v1.2.2 // indirect
	github.com/klauspost/compress v1.17.4 // indirect
	github.com/pierrec/lz4/v4 v4.1.19 // indirect
	github.com/twmb/franz-go/pkg/kmsg v1.7.0 // indirect
	go.opentelemetry.io/otel v1.24.0 // indirect
	go.opentelemetry.io/otel/metric v1.24.0 // indirect
	go.opentelemetry.io/otel/sdk v1.24.0 // indirect
	go.opentelemetry.io/otel/trace v1.24.0 // indirect
	golang.org/x/sys v0.17.0 // indirect
)

replace otelmq/interop/scenario => ../../common/go
