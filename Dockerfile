# Bursar for production: one program, no shell, no root. It needs DATABASE_URL and the settings that
# `bursar serve` asks for by name; documents are kept in the volume /data unless BURSAR_FILES says otherwise.
FROM node:22-bookworm-slim AS static
WORKDIR /src/internal/web/static
COPY internal/web/static/package.json internal/web/static/package-lock.json internal/web/static/.npmrc ./
RUN npm ci
COPY internal/web/static ./
RUN npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=static /src/internal/web/static/dist internal/web/static/dist
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags='-s -w' -o /out/bursar ./cmd/bursar && mkdir /out/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/bursar /usr/local/bin/bursar
COPY --from=build --chown=nonroot:nonroot /out/data /data
ENV BURSAR_ADDR=0.0.0.0:8080 BURSAR_DATA=/data
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["bursar"]
CMD ["serve"]
