# The three programs, processor, generator and supervisor, in one image:
#     docker build -t tidemark .
#     docker run --rm tidemark processor --help

ARG SWIFT_VERSION=6.3.1
ARG DEBIAN=bookworm

FROM swift:${SWIFT_VERSION}-${DEBIAN} AS build
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends \
        libcurl4-openssl-dev libjansson-dev librdkafka-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# Fetched again only when the manifest changes.
COPY Package.swift ./
RUN swift package resolve
COPY generator generator
COPY Sources Sources
# The manifest names the tests too, so their folders must be there.
COPY Tests Tests
RUN mkdir /programs \
    && for program in processor generator supervisor; do \
        swift build -c release --static-swift-stdlib --product $program || exit 1; \
        strip -o /programs/$program "$(swift build -c release --show-bin-path)/$program"; \
    done

# Certificate authorities, for TLS to Kafka and Druid, and the time zones that queries may name: the
# files alone, without the packages' tools and the zones that count leap seconds.
FROM debian:${DEBIAN}-slim AS data
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends ca-certificates tzdata \
    && rm -rf /usr/share/zoneinfo/right /usr/share/zoneinfo/posix

FROM debian:${DEBIAN}-slim
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Tidemark" \
    org.opencontainers.image.description="Event-time stream processing over Kafka: processor, generator, supervisor" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.licenses="Apache-2.0"
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends \
        libcurl4 libjansson4 librdkafka1 \
    && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /usr/share/doc/* \
    && useradd --system --uid 10001 --home-dir /tidemark --shell /usr/sbin/nologin tidemark
COPY --from=data /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=data /usr/share/zoneinfo /usr/share/zoneinfo
COPY --from=build /programs/ /usr/local/bin/
WORKDIR /tidemark
COPY LICENSE ./
COPY pipelines pipelines
COPY druid-specs druid-specs
USER tidemark
# In the container only, unless its port is published: what the health check asks.
ENV TIDEMARK_METRICS=0.0.0.0:9464
EXPOSE 9464
# The other two programs end by themselves when something is wrong.
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 \
    CMD ["sh", "-c", "[ \"$(cat /proc/1/comm)\" != processor ] || exec processor healthy"]
CMD ["processor", "run", "pipelines/vehicles.sql"]
