/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.vetting;

import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.artifact.ArtifactStore;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.scan.ScanReport;
import dev.breakwater.server.scan.SecretScan;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Scans artifacts, few at a time: a scan takes a core, and devices need the others. Whoever asks
 * twice for the same waits for the one scan. Nothing of a scan outlives a restart; it is then asked
 * for again.
 */
final class Scans implements AutoCloseable {

    private static final int BUFFER_BYTES = 256 * 1024;

    private final ArtifactStore artifacts;
    private final SecretScan scan;
    private final Duration patience;
    private final ExecutorService threads;
    private final Map<UploadId, CompletableFuture<VettedArtifact>> running =
            new ConcurrentHashMap<>();

    Scans(ArtifactStore artifacts, SecretScan scan, Limits limits) {
        this.artifacts = artifacts;
        this.scan = scan;
        this.patience = limits.seconds(Limit.ARTIFACT_COMPLETION_SECONDS);
        this.threads =
                Executors.newFixedThreadPool(
                        limits.of(Limit.ARTIFACT_SCANS),
                        Thread.ofPlatform().daemon().name("artifact-scan-", 1).factory());
    }

    /**
     * Scans, and keeps what was seen.
     *
     * @param keeping is done by the thread that scans
     * @return empty if it takes longer than one waits for it; it goes on
     */
    Optional<VettedArtifact> result(
            VettingStore.Upload upload, Function<ScanReport, VettedArtifact> keeping) {
        CompletableFuture<VettedArtifact> result =
                running.computeIfAbsent(
                        upload.id(),
                        _ ->
                                CompletableFuture.supplyAsync(
                                        () -> keeping.apply(report(upload)), threads));
        var _ = result.whenComplete((_, _) -> running.remove(upload.id(), result));
        try {
            return Optional.of(result.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException goesOn) {
            return Optional.empty();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException failed) {
            throw failure(failed);
        }
    }

    boolean isRunning(UploadId upload) {
        return running.containsKey(upload);
    }

    private ScanReport report(VettingStore.Upload upload) {
        OrganizationId organization = upload.organization();
        ArtifactHash hash = upload.hash();
        try (ReadableByteChannel channel =
                        artifacts
                                .open(organization, hash, 0, upload.length())
                                .orElseThrow(
                                        () ->
                                                new StorageUnavailable(
                                                        "an artifact is gone before its scan"));
                InputStream in =
                        new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES)) {
            return scan.scan(upload.name(), in, _ -> {});
        } catch (IOException unreadable) {
            throw new StorageUnavailable(
                    "an artifact cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static RuntimeException failure(ExecutionException failed) {
        return failed.getCause() instanceof StorageUnavailable unavailable
                ? unavailable
                : new CompletionException("a scan failed", failed);
    }

    /** Ends what runs; it is not waited for, because nothing of it is kept. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
