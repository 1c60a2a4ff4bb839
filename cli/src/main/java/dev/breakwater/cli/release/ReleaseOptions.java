/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.JsonFile;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is signed of a release besides its bytes. */
final class ReleaseOptions {

    private static final long NOTES_BYTES_MAX = 64 * 1024;

    @Option(
            names = "--version",
            paramLabel = "VERSION",
            required = true,
            description = "The version, such as 1.4.0 or 1.4.0-rc.1.")
    private String version = "";

    @Option(
            names = "--hardware",
            paramLabel = "ID",
            required = true,
            split = ",",
            description = "The hardware it is for; once for each. It is installed on no other.")
    private List<String> hardware = List.of();

    @Option(
            names = "--min-from",
            paramLabel = "VERSION",
            description = "The lowest version that it may be installed over; any if not given.")
    private Optional<String> minFrom = Optional.empty();

    @Option(
            names = "--rollback-floor",
            paramLabel = "COUNTER",
            description =
                    "Once it runs well, no release with a lower counter may be installed again; that of"
                            + " the release before if not given.")
    private Optional<Long> rollbackFloor = Optional.empty();

    @Option(
            names = "--counter",
            paramLabel = "COUNTER",
            description =
                    "Its place in the order of releases; one more than the highest if not given.")
    private Optional<Long> counter = Optional.empty();

    @Option(
            names = "--notes",
            paramLabel = "TEXT|@FILE",
            description = "What the owner reads before approving; @FILE reads it from a file.")
    private String notes = "";

    @Option(
            names = "--security",
            description = "It mends a hole, so that owners may not put it off for long.")
    private boolean security;

    @Option(
            names = "--storage-manifest",
            paramLabel = "FILE",
            description = "What the release declares to store; its SHA-256 is signed.")
    private Optional<Path> storageManifest = Optional.empty();

    @Option(
            names = "--custom",
            paramLabel = "FILE",
            description =
                    "More members of the target's custom, a JSON object: signed along, for other clients"
                            + " and your own.")
    private Optional<Path> custom = Optional.empty();

    /** The custom of the target: what is ours, and what the product adds. */
    ObjectNode custom(ReleaseDescription description) {
        ObjectNode signed = description.toCustom();
        if (custom.isEmpty()) {
            return signed;
        }
        if (!(JsonFile.read(custom.get(), "custom members") instanceof ObjectNode members)) {
            throw new CommandFailed(ExitCode.USAGE, custom.get() + " holds no JSON object");
        }
        for (Map.Entry<String, JsonNode> member : members.properties()) {
            if (signed.has(member.getKey())) {
                throw new CommandFailed(
                        ExitCode.USAGE,
                        "%s must not have the member %s, which the other options make"
                                .formatted(custom.get(), member.getKey()));
            }
            signed.set(member.getKey(), member.getValue());
        }
        return signed;
    }

    /**
     * As it is signed.
     *
     * @param last the highest counter that any release of the product had; 0 for none
     * @param floor the rollback floor of the release before
     */
    ReleaseDescription description(String productId, long last, long floor) {
        long count = counter.orElse(last + 1);
        if (count <= last) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "the counter must be %d or more: a release had %d".formatted(last + 1, last));
        }
        try {
            return new ReleaseDescription(
                    productId,
                    new ReleaseVersion(version),
                    count,
                    hardware,
                    minFrom.map(ReleaseVersion::new),
                    rollbackFloor.orElse(floor),
                    storageManifest.map(file -> LocalArtifact.of(file).sha256()),
                    text(),
                    security);
        } catch (IllegalArgumentException outside) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "such a release cannot be signed: " + outside.getMessage(),
                    outside);
        }
    }

    boolean hasCounter() {
        return counter.isPresent();
    }

    String version() {
        return version;
    }

    private String text() {
        if (!notes.startsWith("@")) {
            return notes;
        }
        Path file = Path.of(notes.substring(1));
        try {
            if (Files.size(file) > NOTES_BYTES_MAX) {
                throw new CommandFailed(ExitCode.USAGE, "the notes in " + file + " are too long");
            }
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "the notes in %s cannot be read: %s".formatted(file, unreadable),
                    unreadable);
        }
    }
}
