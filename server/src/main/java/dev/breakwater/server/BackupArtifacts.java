/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.artifact.NamedArtifact;
import dev.breakwater.server.organization.OrganizationId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Where the artifacts are of which a backup's database speaks. */
public sealed interface BackupArtifacts {

    /** More names in one sentence are no help. */
    int NAMED_MAX = 10;

    /** The backup is from before backups said it. Those that it lists, it has. */
    record Unsaid() implements BackupArtifacts {}

    /**
     * In the backup, as files like all others.
     *
     * @param lost those that the database named and that were not to be had
     */
    record InBackup(List<LostArtifact> lost) implements BackupArtifacts {

        /** Copies the list. */
        public InBackup {
            lost = List.copyOf(lost);
        }
    }

    /**
     * In a bucket, which is its owner's to keep.
     *
     * @param bucket the store's address and the bucket's name
     * @param objects what has to be in it; empty if the database, being elsewhere, was not asked
     */
    record InBucket(String bucket, List<NamedArtifact> objects) implements BackupArtifacts {

        /** Copies the list. */
        public InBucket {
            objects = List.copyOf(objects);
        }
    }

    /**
     * An artifact that is named and not there as it should be.
     *
     * @param altered whether other bytes are in its place
     */
    record LostArtifact(NamedArtifact artifact, boolean altered) {

        /** What an operator reads of it. */
        @Override
        public String toString() {
            return artifact.key() + (altered ? " is altered" : " is missing");
        }
    }

    /** Names them for an operator, as many as anybody reads. */
    static String named(List<LostArtifact> lost) {
        String first =
                lost.stream()
                        .limit(NAMED_MAX)
                        .map(LostArtifact::toString)
                        .collect(Collectors.joining(", "));
        return lost.size() <= NAMED_MAX
                ? first
                : first + ", and %d more".formatted(lost.size() - NAMED_MAX);
    }

    /** Adds it to a manifest. */
    default void write(ObjectNode json) {
        switch (this) {
            case Unsaid() -> {}
            case InBackup(List<LostArtifact> lost) -> {
                ArrayNode list = json.putObject("artifacts").putArray("lost");
                for (LostArtifact one : lost) {
                    put(list.addObject(), one.artifact()).put("altered", one.altered());
                }
            }
            case InBucket(String bucket, List<NamedArtifact> objects) -> {
                ArrayNode list =
                        json.putObject("artifacts").put("bucket", bucket).putArray("objects");
                objects.forEach(object -> put(list.addObject(), object));
            }
        }
    }

    private static ObjectNode put(ObjectNode json, NamedArtifact artifact) {
        return json.put("organization", artifact.organization().toString())
                .put("sha256", artifact.hash().hex())
                .put("bytes", artifact.length());
    }

    /**
     * Reads it in a manifest.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    static BackupArtifacts read(JsonNode json) {
        if (json.isMissingNode()) {
            return new Unsaid();
        }
        Optional<String> bucket = json.path("bucket").asStringOpt();
        if (bucket.isPresent()) {
            List<NamedArtifact> objects = new ArrayList<>();
            json.path("objects").forEach(object -> objects.add(artifact(object)));
            return new InBucket(bucket.get(), objects);
        }
        List<LostArtifact> lost = new ArrayList<>();
        json.path("lost")
                .forEach(
                        one ->
                                lost.add(
                                        new LostArtifact(
                                                artifact(one),
                                                one.path("altered").asBoolean(false))));
        return new InBackup(lost);
    }

    private static NamedArtifact artifact(JsonNode json) {
        return new NamedArtifact(
                OrganizationId.parse(json.path("organization").asString("")),
                new ArtifactHash(json.path("sha256").asString("")),
                json.path("bytes").asLong(-1));
    }
}
