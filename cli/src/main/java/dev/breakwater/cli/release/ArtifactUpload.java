/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.TransferProgress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings an artifact to the server in parts. Whatever breaks, the next attempt goes on where the
 * server's disk ends, in this run or in a later one.
 */
final class ArtifactUpload {

    private static final String UPLOADS = "artifact-uploads";

    /** Half of what the server takes at once: a part that is lost costs little. */
    private static final int PART_BYTES = 4 << 20;

    /** A part at 14 kB/s; slower lines are given up. */
    private static final Duration PART_WAIT = Duration.ofMinutes(5);

    /** Hashing and scanning; the server answers before it when that takes longer. */
    private static final Duration SCAN_WAIT = Duration.ofMinutes(2);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** In a row, without a byte of progress. */
    private static final int FAILURES_MAX = 5;

    /** An hour of scanning. */
    private static final int POLLS_MAX = 3_600;

    private final ApiClient api;
    private final LocalArtifact artifact;

    ArtifactUpload(ApiClient api, LocalArtifact artifact) {
        this.api = api;
        this.artifact = artifact;
    }

    /** Uploads it, and returns what the server says of it once it was scanned. */
    ApiAnswer run(String productId, TransferProgress progress) {
        ObjectNode wish =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("sha256", artifact.sha256())
                        .put("length", artifact.length())
                        .put("name", artifact.name());
        ApiAnswer begun = api.send(ApiRequest.post(wish, "products", productId, UPLOADS));
        String id = begun.json().path("id").asString();
        try (FileChannel file = FileChannel.open(artifact.path(), StandardOpenOption.READ)) {
            send(id, begun.json().path("received").asLong(), file, progress);
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    artifact.path() + " cannot be read: " + unreadable,
                    unreadable);
        }
        return completed(id);
    }

    private void send(String id, long received, FileChannel file, TransferProgress progress)
            throws IOException {
        long offset = received;
        int failures = 0;
        while (offset < artifact.length()) {
            progress.at(offset);
            try {
                ApiAnswer now =
                        api.send(
                                ApiRequest.putFile(
                                                part(file, offset),
                                                UPLOADS,
                                                id,
                                                "parts",
                                                Long.toString(offset))
                                        .waiting(PART_WAIT)
                                        .repeatably());
                offset = now.json().path("received").asLong();
                failures = 0;
            } catch (CommandFailed broken) {
                failures++;
                if (broken.exitCode() == ExitCode.UNREACHABLE && failures <= FAILURES_MAX) {
                    pause();
                }
                long there = receivedOf(id, offset);
                if (there == offset
                        && (broken.exitCode() != ExitCode.UNREACHABLE || failures > FAILURES_MAX)) {
                    throw broken;
                }
                // A part may have arrived although its answer did not.
                offset = there;
            }
        }
        progress.at(offset);
    }

    /** Where the server's disk ends; as before if it cannot say, for the next part will tell. */
    private long receivedOf(String id, long before) {
        try {
            return api.send(ApiRequest.get(UPLOADS, id)).json().path("received").asLong();
        } catch (CommandFailed stillBroken) {
            if (stillBroken.exitCode() != ExitCode.UNREACHABLE) {
                throw stillBroken;
            }
            return before;
        }
    }

    private byte[] part(FileChannel file, long offset) throws IOException {
        ByteBuffer part =
                ByteBuffer.allocate((int) Math.min(PART_BYTES, artifact.length() - offset));
        while (part.hasRemaining()) {
            if (file.read(part, offset + part.position()) < 0) {
                throw new IOException("it has become shorter");
            }
        }
        return part.array();
    }

    /** A long scan goes on when the answer comes; it is asked for until it has ended. */
    private ApiAnswer completed(String id) {
        ApiRequest completion = ApiRequest.post(UPLOADS, id, "completion").repeatably();
        ApiAnswer answer = api.send(completion.waiting(SCAN_WAIT));
        for (int poll = 0; poll < POLLS_MAX; poll++) {
            if (answer.json().path("verdict").isString()) {
                return answer;
            }
            if (answer.json().path("artifact").isObject()) {
                return ReleaseCommand.answer(answer.json().path("artifact"));
            }
            pause();
            answer =
                    answer.json().path("scanning").asBoolean()
                            ? api.send(ApiRequest.get(UPLOADS, id))
                            : api.send(completion.waiting(SCAN_WAIT));
        }
        throw new CommandFailed(
                ExitCode.UNREACHABLE, "the server scans for too long; try again later");
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailed(ExitCode.UNREACHABLE, "interrupted while waiting", interrupted);
        }
    }
}
