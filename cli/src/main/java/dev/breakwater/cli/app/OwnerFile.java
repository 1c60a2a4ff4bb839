/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.companion.account.RootTrust;
import dev.breakwater.companion.account.ServerAddress;
import dev.breakwater.companion.account.Session;
import dev.breakwater.companion.account.SessionStore;
import dev.breakwater.protocol.message.Json;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.sealing.DurableFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the app keeps on disk: which server, who is logged in, and what the server knows this
 * computer by. Readable by its owner only, whole after a crash at any moment, and changed by one
 * command at a time.
 */
final class OwnerFile implements SessionStore {

    private static final int BYTES_MAX = 65_536;

    /** Longer than the one request to the server that another command may be waiting for. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Path path;

    /** The file at this place, whether it exists or not. */
    OwnerFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /**
     * What stands in it.
     *
     * @param knownSource what the server gave at a log-in from here, of that address
     */
    record Content(
            ServerAddress server, Optional<Session> session, Optional<KnownSource> knownSource) {

        /** Nobody is logged in yet. */
        static Content of(ServerAddress server) {
            return new Content(server, Optional.empty(), Optional.empty());
        }

        Content with(Optional<Session> next) {
            return new Content(server, next, knownSource);
        }

        Content knownBy(Optional<KnownSource> next) {
            return new Content(server, session, next.or(() -> knownSource));
        }
    }

    /** No way in; without it a log-in works as from anywhere. */
    record KnownSource(String email, String secret) {
        @Override
        public String toString() {
            return "KnownSource[email=" + email + ", secret=[REDACTED]]";
        }
    }

    /** What stands in it; empty if there is no such file. */
    Optional<Content> content() {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            if (!OWNER_ONLY.containsAll(permissions)) {
                throw new CommandFailed(
                        ExitCode.CANNOT_START,
                        path
                                + " holds secrets and others may read or change it; run chmod 600 "
                                + path);
            }
            if (Files.size(path) > BYTES_MAX) {
                throw malformed("it is larger than 64 KiB");
            }
            return Optional.of(
                    parsed(Json.readObject(Files.readAllBytes(path), BYTES_MAX, "the file")));
        } catch (MalformedMessage | IllegalArgumentException | DateTimeException wrong) {
            throw malformed(String.valueOf(wrong.getMessage()));
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, path + " cannot be read: " + unreadable, unreadable);
        }
    }

    private static Content parsed(ObjectNode json) {
        JsonNode session = json.path("session");
        JsonNode known = json.path("knownSource");
        return new Content(
                ServerAddress.parse(text(json, "server"), RootTrust.parse(text(json, "root"))),
                session.isMissingNode()
                        ? Optional.empty()
                        : Optional.of(
                                new Session(
                                        text(session, "email"),
                                        text(session, "refreshToken"),
                                        text(session, "accessToken"),
                                        Instant.parse(text(session, "accessTokenEnds")))),
                known.isMissingNode()
                        ? Optional.empty()
                        : Optional.of(
                                new KnownSource(text(known, "email"), text(known, "secret"))));
    }

    private static String text(JsonNode json, String name) {
        return json.path(name)
                .asStringOpt()
                .filter(value -> !value.isBlank())
                .orElseThrow(() -> new IllegalArgumentException("it has no " + name));
    }

    private static byte[] written(Content content) {
        ObjectNode json = Json.newObject();
        json.put("server", content.server().uri().toString());
        json.put("root", content.server().trust().toString());
        content.session()
                .ifPresent(
                        session ->
                                json.putObject("session")
                                        .put("email", session.email())
                                        .put("refreshToken", session.refreshToken())
                                        .put("accessToken", session.accessToken())
                                        .put(
                                                "accessTokenEnds",
                                                session.accessTokenEnds().toString()));
        content.knownSource()
                .ifPresent(
                        known ->
                                json.putObject("knownSource")
                                        .put("email", known.email())
                                        .put("secret", known.secret()));
        return Json.write(json);
    }

    private CommandFailed malformed(String why) {
        return new CommandFailed(
                ExitCode.USAGE,
                path + " cannot be understood (" + why + "); remove it and log in again");
    }

    @Override
    public Optional<Session> read() {
        return content().flatMap(Content::session);
    }

    @Override
    public Held hold() throws IOException, InterruptedException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            DurableFile.createDirectory(folder);
        }
        FileChannel lock =
                FileChannel.open(
                        path.resolveSibling(path.getFileName() + ".lock"),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (tryLock(lock) == null) {
                if (System.nanoTime() > deadline) {
                    throw new IOException(
                            "another command has been changing it for "
                                    + PATIENCE.toSeconds()
                                    + " s");
                }
                Thread.sleep(LOOK_AGAIN);
            }
            return new Held(lock);
        } catch (IOException | InterruptedException | RuntimeException refused) {
            lock.close();
            throw refused;
        }
    }

    /** Another process holds it, or another thread of this one, which Java tells by exception. */
    private static @Nullable FileLock tryLock(FileChannel lock) throws IOException {
        try {
            return lock.tryLock();
        } catch (OverlappingFileLockException heldHere) {
            return null;
        }
    }

    /** The file, which no other command changes meanwhile. */
    final class Held implements Hold {

        private final FileChannel lock;

        private Held(FileChannel lock) {
            this.lock = lock;
        }

        @Override
        public Optional<Session> session() {
            return read();
        }

        @Override
        public void store(Session next) throws IOException {
            replace(content().orElseThrow(OwnerFile.this::gone).with(Optional.of(next)));
        }

        @Override
        public void forget() throws IOException {
            replace(content().orElseThrow(OwnerFile.this::gone).with(Optional.empty()));
        }

        void replace(Content next) throws IOException {
            DurableFile.replace(path, written(next));
        }

        @Override
        public void close() throws IOException {
            lock.close();
        }
    }

    private IOException gone() {
        return new IOException(path + " was removed meanwhile");
    }
}
