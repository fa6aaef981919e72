# SPDX-License-Identifier: Apache-2.0
# The four services of examples/pipeline/, each started by its name: docker-compose.yml uses it.
FROM debian:bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      gcc libc6-dev cmake ninja-build pkgconf librabbitmq-dev librdkafka-dev libprotobuf-c-dev \
      protobuf-c-compiler libcurl4-openssl-dev zlib1g-dev libjansson-dev libyaml-dev \
 && rm -rf /var/lib/apt/lists/*
COPY . /source
RUN cmake -G Ninja -S /source -B /build -DCMAKE_BUILD_TYPE=RelWithDebInfo -DOTELMQ_TESTS=OFF \
 && ninja -C /build shop validator billing notifier

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates librabbitmq4 librdkafka1 libprotobuf-c1 libcurl4 zlib1g libjansson4 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home otelmq
COPY --from=build /build/examples/pipeline/shop /build/examples/pipeline/validator \
     /build/examples/pipeline/billing /build/examples/pipeline/notifier /usr/local/bin/
COPY examples/pipeline/orders.jsonl /usr/share/otelmq/orders.jsonl
USER otelmq
CMD ["shop", "/usr/share/otelmq/orders.jsonl"]
