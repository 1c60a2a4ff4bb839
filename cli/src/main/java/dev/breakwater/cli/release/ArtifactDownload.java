/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.cli.terminal.TransferProgress;
import dev.breakwater.protocol.update.metadata.TargetFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/**
 * Brings an artifact from the server, of which signed metadata say how long it is and what its hash
 * is. What has come lies beside the file under a name of its own; another run goes on behind it.
 * The file gets its name when its bytes are those that were signed, and not before.
 */
final class ArtifactDownload {

    private static final int PIECE_BYTES = 256 * 1024;
    private static final int STATUS_PART = 206;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** In a row, without a byte of progress. */
    private static final int FAILURES_MAX = 5;

    private final ApiClient api;
    private final Terminal terminal;

    ArtifactDownload(ApiClient api, Terminal terminal) {
        this.api = api;
        this.terminal = terminal;
    }

    /**
     * Downloads.
     *
     * @param artifact its id on the server
     * @param signed what is signed of it
     */
    void run(String artifact, TargetFile signed, Path file) {
        Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
        try (TransferProgress progress =
                new TransferProgress(
                        terminal,
                        "downloading " + file.getFileName(),
                        signed.length(),
                        InstantSource.system())) {
            fetch(artifact, signed, partial, progress);
        } catch (IOException unwritable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "%s cannot be written: %s".formatted(partial, unwritable),
                    unwritable);
        }
        try {
            requireSigned(signed, partial);
            var _ = Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException unwritable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "%s cannot be written: %s".formatted(file, unwritable),
                    unwritable);
        }
    }

    private void fetch(String artifact, TargetFile signed, Path partial, TransferProgress progress)
            throws IOException {
        try (FileChannel into =
                FileChannel.open(
                        partial,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS))) {
            if (into.size() > signed.length()) {
                into.truncate(0);
            }
            int failures = 0;
            while (into.size() < signed.length()) {
                long before = into.size();
                progress.at(before);
                try {
                    goOn(artifact, signed, into, progress);
                } catch (CommandFailed unreachable) {
                    failures = into.size() > before ? 0 : failures + 1;
                    if (unreachable.exitCode() != ExitCode.UNREACHABLE || failures > FAILURES_MAX) {
                        throw unreachable;
                    }
                    pause();
                }
            }
            into.force(true);
        }
    }

    /** One answer of the server, as far as it comes. */
    private void goOn(
            String artifact, TargetFile signed, FileChannel into, TransferProgress progress) {
        long offset = size(into);
        ApiRequest request = ApiRequest.get("artifacts", artifact, "content");
        Map<String, String> headers =
                offset == 0
                        ? Map.of()
                        : Map.of(
                                "Range",
                                "bytes=" + offset + "-",
                                "If-Range",
                                "\"" + signed.hashes().sha256().orElseThrow() + "\"");
        try {
            api.read(
                    request,
                    headers,
                    (status, body) -> {
                        // Whoever answers with all of it has not what was begun.
                        long from = status == STATUS_PART ? offset : 0;
                        placed(into, from);
                        pour(body, signed.length(), into, progress);
                    });
        } catch (IOException broken) {
            throw new CommandFailed(
                    ExitCode.UNREACHABLE,
                    "the download broke off: " + broken.getMessage() + "; run this again to go on",
                    broken);
        }
    }

    private static long size(FileChannel file) {
        try {
            return file.size();
        } catch (IOException unreadable) {
            throw unkept(unreadable);
        }
    }

    private static void placed(FileChannel into, long from) {
        try {
            var _ = into.truncate(from).position(from);
        } catch (IOException unwritable) {
            throw unkept(unwritable);
        }
    }

    private static void write(FileChannel into, ByteBuffer piece) {
        try {
            while (piece.hasRemaining()) {
                int _ = into.write(piece);
            }
        } catch (IOException unwritable) {
            throw unkept(unwritable);
        }
    }

    /** A disk that is full is no line that broke: asking the server again mends nothing. */
    private static CommandFailed unkept(IOException cause) {
        return new CommandFailed(
                ExitCode.CANNOT_START, "what the server sends cannot be kept: " + cause, cause);
    }

    /** Never more than was signed: whoever sends without end fills no disk. */
    private static void pour(
            InputStream body, long length, FileChannel into, TransferProgress progress)
            throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        while (into.position() < length) {
            int most = (int) Math.min(PIECE_BYTES, length - into.position());
            int count = body.read(piece, 0, most);
            if (count < 0) {
                throw new EOFException("the server sent less than is signed");
            }
            write(into, ByteBuffer.wrap(piece, 0, count));
            progress.at(into.position());
        }
    }

    private static void requireSigned(TargetFile signed, Path partial) throws IOException {
        String actual = LocalArtifact.sha256(partial);
        if (!signed.hashes().sha256().orElseThrow().equals(actual)) {
            Files.delete(partial);
            throw new CommandFailed(
                    ExitCode.CHECK_FAILED,
                    "the server sent bytes with the SHA-256 %s, and not those that were signed; they are deleted. Whoever runs the server has to know"
                            .formatted(actual));
        }
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
