# The three programs, processor, generator and supervisor, in one image:
#     docker build -t tidemark .
#     docker run --rm tidemark processor --help

ARG SWIFT_IMAGE=swift:6.3.1-bookworm
# Without a date, so that a build has today's security updates, as the packages below do. To build on
# one day's image: --build-arg DEBIAN_IMAGE=debian:bookworm-<date>-slim
ARG DEBIAN_IMAGE=debian:bookworm-slim

FROM ${SWIFT_IMAGE} AS build
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends \
        ca-certificates libcurl4-openssl-dev libjansson-dev librdkafka-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# Programs without symbols, and relocations packed, which glibc reads since 2.36: together a third
# of their size. Both steps below, and whoever builds on them, use the same options.
ENV SWIFT_BUILD="swift build -c release --static-swift-stdlib -debug-info-format none \
-Xswiftc -use-ld=lld -Xlinker -s -Xlinker --no-export-dynamic -Xlinker -z -Xlinker pack-relative-relocs"
# The packages, fetched and compiled: again only when the manifest changes.
COPY Package.swift ./
RUN mkdir -p Sources/dependencies && touch Sources/dependencies/none.swift \
    && TIDEMARK_BUILD=dependencies $SWIFT_BUILD \
    && rm -r Sources
COPY generator generator
COPY Sources Sources
RUN mkdir /programs \
    && for program in processor generator supervisor; do \
        TIDEMARK_BUILD=programs $SWIFT_BUILD --product $program || exit 1; \
        cp .build/release/$program /programs/; \
    done

FROM ${DEBIAN_IMAGE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Tidemark" \
    org.opencontainers.image.description="Event-time stream processing over Kafka: processor, generator, supervisor" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.licenses="Apache-2.0"
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends \
        libcurl4 libjansson4 librdkafka1 \
    && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /usr/share/doc/* \
    && useradd --system --uid 10001 --home-dir /tidemark --shell /usr/sbin/nologin tidemark \
    # The time zones that queries may name come with the base.
    && test -e /usr/share/zoneinfo/Europe/Paris
# Certificate authorities, for TLS to Kafka and Druid, without the package's tools.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
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
