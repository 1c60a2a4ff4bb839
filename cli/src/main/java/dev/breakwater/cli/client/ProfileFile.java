/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** A profile on disk: TOML with known keys and no others, readable by its owner only. */
public final class ProfileFile {

    private static final int FILE_BYTES_MAX = 65_536;
    private static final Set<String> KEYS = Set.of("server", "root", "token", "session");
    private static final Set<String> SESSION_KEYS =
            Set.of("email", "refresh-token", "access-token", "access-token-ends");
    static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Path path;

    /** The profile at this place, whether it exists or not. */
    public ProfileFile(Path path) {
        this.path = path;
    }

    /** Where it lies. */
    public Path path() {
        return path;
    }

    /** Reads it. */
    public Profile read() {
        refuseWhatOthersMayRead();
        JsonNode table = table();
        refuseUnknown(table, KEYS, "server, root, token and session");
        try {
            return new Profile(
                    Profile.server(text(table, "server")),
                    Trust.parse(text(table, "root")),
                    table.has("token") ? Optional.of(text(table, "token")) : Optional.empty(),
                    table.has("session")
                            ? Optional.of(session(table.path("session")))
                            : Optional.empty());
        } catch (IllegalArgumentException | DateTimeException wrong) {
            throw malformed(String.valueOf(wrong.getMessage()));
        }
    }

    private Session session(JsonNode table) {
        refuseUnknown(table, SESSION_KEYS, "the keys of a session");
        return new Session(
                text(table, "email"),
                text(table, "refresh-token"),
                text(table, "access-token"),
                Instant.parse(text(table, "access-token-ends")));
    }

    private void refuseUnknown(JsonNode table, Set<String> keys, String known) {
        Set<String> unknown = new TreeSet<>(table.propertyNames());
        unknown.removeAll(keys);
        if (!unknown.isEmpty()) {
            throw malformed("'" + unknown.iterator().next() + "' is not one of " + known);
        }
    }

    private void refuseWhatOthersMayRead() {
        try {
            if (Files.size(path) > FILE_BYTES_MAX) {
                throw malformed("it is larger than 64 KiB");
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            if (!OWNER_ONLY.containsAll(permissions)) {
                throw new CommandFailed(
                        ExitCode.CANNOT_START,
                        "the profile "
                                + path
                                + " holds secrets and others may read or change it; run chmod 600 "
                                + path
                                + ", and end its token and its session if somebody else uses this"
                                + " machine");
            }
        } catch (NoSuchFileException missing) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "there is no profile "
                            + path
                            + "; make one with breakwater setup or breakwater login, or name another"
                            + " with --profile",
                    missing);
        } catch (IOException unreadable) {
            throw unreadable(unreadable);
        }
    }

    private JsonNode table() {
        try {
            return TomlMapper.builder().build().readTree(Files.readString(path));
        } catch (JacksonException notToml) {
            throw malformed("it is not TOML: " + notToml.getOriginalMessage());
        } catch (IOException unreadable) {
            throw unreadable(unreadable);
        }
    }

    private String text(JsonNode table, String key) {
        JsonNode value = table.path(key);
        if (!value.isString() || value.stringValue().isBlank()) {
            throw malformed("it needs " + key + " = \"...\"");
        }
        return value.stringValue();
    }

    /**
     * Makes sure that a profile can be stored here, by making the file that {@link
     * Reservation#store} fills. To be done before a code that works only once is used up.
     *
     * @param replaces whether a profile that is already there may go
     */
    public Reservation reserve(boolean replaces) {
        if (!replaces && Files.exists(path)) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "there is a profile "
                            + path
                            + " already; give --replace to lose it, or name another with --profile");
        }
        Path waiting = path.resolveSibling(path.getFileName() + ".new");
        makeFolder();
        try {
            Files.createFile(waiting, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            return new Reservation(waiting);
        } catch (FileAlreadyExistsException taken) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    waiting + " is left from a set-up that did not end; remove it and try again",
                    taken);
        } catch (IOException refused) {
            throw unwritable(refused);
        }
    }

    /** Waits until no other command changes the profile, and holds it for one change. */
    public ProfileChange change() {
        makeFolder();
        try {
            return ProfileChange.begin(this);
        } catch (IOException refused) {
            throw unwritable(refused);
        }
    }

    private void makeFolder() {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(folder)) {
            return;
        }
        try {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } catch (IOException refused) {
            throw unwritable(refused);
        }
    }

    /** The place is taken; closing without storing leaves everything as it was. */
    public final class Reservation implements AutoCloseable {

        private final Path waiting;

        private Reservation(Path waiting) {
            this.waiting = waiting;
        }

        /**
         * Puts the profile in its place, whole or not at all.
         *
         * @throws IOException if the disk refuses; the profile is then nowhere
         */
        public void store(Profile profile) throws IOException {
            Files.writeString(
                    waiting, text(profile), StandardOpenOption.WRITE, StandardOpenOption.SYNC);
            Files.move(waiting, path, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(waiting);
        }
    }

    /** The profile as its file has it. */
    static String text(Profile profile) {
        StringBuilder toml =
                new StringBuilder(
                        "# Made by breakwater. Tokens are secrets: breakwater token revoke and"
                                + " breakwater logout end them.\n");
        line(toml, "server", profile.server().toString());
        line(toml, "root", profile.root().toString());
        profile.token().ifPresent(token -> line(toml, "token", token));
        profile.session()
                .ifPresent(
                        session -> {
                            toml.append("\n[session]\n");
                            line(toml, "email", session.email());
                            line(toml, "refresh-token", session.refreshToken());
                            line(toml, "access-token", session.accessToken());
                            line(toml, "access-token-ends", session.accessTokenEnds().toString());
                        });
        return toml.toString();
    }

    private static void line(StringBuilder toml, String key, String value) {
        toml.append(key).append(" = ").append(quoted(value)).append('\n');
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private CommandFailed malformed(String why) {
        return new CommandFailed(
                ExitCode.USAGE, "the profile " + path + " cannot be understood: " + why);
    }

    private CommandFailed unwritable(IOException cause) {
        return new CommandFailed(
                ExitCode.CANNOT_START,
                "the profile "
                        + path
                        + " cannot be written ("
                        + cause
                        + "); name another place with --profile",
                cause);
    }

    private CommandFailed unreadable(IOException cause) {
        return new CommandFailed(
                ExitCode.CANNOT_START, "the profile " + path + " cannot be read: " + cause, cause);
    }
}
