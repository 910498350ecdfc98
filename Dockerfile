# A server of aliqa that runs as nobody in particular; docs/deploy.md says how to use it.
FROM python:3.11-slim-bookworm AS build

# Where pip would find a CUDA build of PyTorch first, name an index of CPU builds here.
ARG PIP_EXTRA_INDEX_URL=""

WORKDIR /source
COPY . .
RUN pip install --no-cache-dir hatchling==1.33.0 \
    && python -m hatchling build --target wheel --directory /wheel \
    && python -m venv /opt/aliqa \
    && /opt/aliqa/bin/pip install --no-cache-dir --constraint constraints.txt torch==2.13.0 /wheel/*.whl

FROM python:3.11-slim-bookworm

RUN groupadd --gid 10001 aliqa \
    && useradd --uid 10001 --gid aliqa --no-create-home --home-dir /data aliqa \
    && install --directory --owner aliqa --group aliqa /data /data/corpus /data/index
COPY --from=build /opt/aliqa /opt/aliqa

ENV PATH="/opt/aliqa/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    ALIQA_CORPUS_DIR=/data/corpus \
    ALIQA_INDEX_DIR=/data/index \
    ALIQA_HOST=0.0.0.0 \
    ALIQA_PORT=8000

WORKDIR /data
USER 10001:10001
VOLUME ["/data/corpus", "/data/index"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["aliqa"]
CMD ["serve", "--watch"]
