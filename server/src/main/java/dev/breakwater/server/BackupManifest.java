/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.protocol.sealing.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a backup consists of: each file with its size and SHA-256. It finds damage and what is
 * missing; whoever may write to the backup can write a manifest that fits, so that it proves
 * nothing about who made it.
 *
 * @param madeAt the moment before the first file was copied: what was durable then is in it
 * @param database where the data of that server lay
 * @param files everything below {@value #FILES_DIRECTORY}
 * @param artifacts where the artifacts are that the database names
 */
public record BackupManifest(
        Instant madeAt, DatabaseKind database, List<BackupFile> files, BackupArtifacts artifacts) {

    /** The manifest's name in the backup; written last. */
    public static final String NAME = "manifest.json";

    /** The folder of the backup that holds what the data directory held. */
    public static final String FILES_DIRECTORY = "data";

    /** The first one said nothing of artifacts. */
    private static final int FORMAT = 2;

    private static final long BYTES_MAX = 16L << 20;

    /**
     * One file.
     *
     * @param name path below the data directory, with slashes
     * @param bytes its size
     * @param sha256 64 hexadecimal digits
     */
    public record BackupFile(String name, long bytes, String sha256) {

        private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

        /** Path elements that begin with a letter or digit: no name leads out of the directory. */
        private static final Pattern NAME =
                Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*");

        /** Refuses what no backup of ours holds. */
        public BackupFile {
            if (!isName(name) || bytes < 0 || !HASH.matcher(sha256).matches()) {
                throw new IllegalArgumentException("'%s' is no file of a backup".formatted(name));
            }
        }

        static boolean isName(String name) {
            return NAME.matcher(name).matches();
        }
    }

    /** Copies the list. */
    public BackupManifest {
        files = List.copyOf(files);
    }

    /** How large all files are together. */
    public long bytes() {
        return files.stream().mapToLong(BackupFile::bytes).sum();
    }

    /** How many artifacts the backup has. */
    public long artifactCount() {
        return files.stream().filter(file -> ArtifactCopies.artifact(file).isPresent()).count();
    }

    /** Makes the backup complete; durable when this returns. */
    void write(Path backup) throws IOException {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("format", FORMAT)
                .put("madeAt", madeAt.toString())
                .put("database", database.code());
        artifacts.write(json);
        ArrayNode list = json.putArray("files");
        for (BackupFile file : files) {
            list.addObject()
                    .put("name", file.name())
                    .put("bytes", file.bytes())
                    .put("sha256", file.sha256());
        }
        String text = json.toPrettyString() + "\n";
        DurableFile.create(backup.resolve(NAME), text.getBytes(StandardCharsets.UTF_8));
    }

    static BackupManifest read(Path backup) throws BackupRefused {
        Path file = backup.resolve(NAME);
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new BackupBroken(file + " is too large for a manifest; take another backup");
            }
            return parse(JsonMapper.shared().readTree(Files.readAllBytes(file)), backup);
        } catch (NoSuchFileException missing) {
            throw new BackupBroken(
                    "%s holds no %s: it is no backup, or one that was cut off; take another backup"
                            .formatted(backup, NAME),
                    missing);
        } catch (JacksonException | IllegalArgumentException | DateTimeException broken) {
            throw new BackupBroken(file + " cannot be understood; take another backup", broken);
        } catch (IOException unreadable) {
            throw new BackupRefused(
                    "%s cannot be read: %s; run this as a user who may read it"
                            .formatted(file, DataDirectory.why(unreadable)),
                    unreadable);
        }
    }

    private static BackupManifest parse(JsonNode json, Path backup) throws BackupRefused {
        int format = json.path("format").asInt(0);
        if (format > FORMAT) {
            throw new BackupRefused(
                    "the backup %s was made by a newer version of Breakwater; restore it with that version"
                            .formatted(backup));
        }
        DatabaseKind database =
                DatabaseKind.of(json.path("database").asString(""))
                        .filter(_ -> format >= 1)
                        .orElseThrow(() -> new IllegalArgumentException("no format or database"));
        List<BackupFile> files = new ArrayList<>();
        for (JsonNode file : json.path("files")) {
            files.add(
                    new BackupFile(
                            file.path("name").asString(""),
                            file.path("bytes").asLong(-1),
                            file.path("sha256").asString("")));
        }
        return new BackupManifest(
                Instant.parse(json.path("madeAt").asString("")),
                database,
                files,
                BackupArtifacts.read(json.path("artifacts")));
    }
}
