/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.release;

import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.MetadataLimits;
import dev.breakwater.protocol.update.metadata.TargetFile;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the release keys say of a release, in the {@code custom} of its target. What stands here is
 * signed offline; the server can show it and not change it.
 *
 * @param productId the product it is for
 * @param version as people write it
 * @param releaseCounter the order of releases: only a higher one is newer
 * @param hardwareIds on which hardware it runs; on no other it is installed
 * @param minFromVersion the lowest version it may be installed over; empty for any
 * @param rollbackFloor once it runs well, no release with a lower counter may be installed again
 * @param storageManifest the SHA-256 of what the release declares to store, in hexadecimal; empty
 *     if it declares nothing
 * @param notes what the owner reads before approving
 * @param securityRelevant whether it mends a hole, so that it may not be put off for long
 */
public record ReleaseDescription(
        String productId,
        ReleaseVersion version,
        long releaseCounter,
        List<String> hardwareIds,
        Optional<ReleaseVersion> minFromVersion,
        long rollbackFloor,
        Optional<String> storageManifest,
        String notes,
        boolean securityRelevant) {

    /** One release for more kinds of hardware is better made several. */
    public static final int HARDWARE_IDS_MAX = 64;

    /** Two pages; more nobody reads on a phone. */
    public static final int NOTES_CHARACTERS_MAX = 4096;

    private static final Pattern PRODUCT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern HARDWARE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final String NOUN = "a release";
    private static final Set<String> MEMBERS =
            Set.of(
                    "productId",
                    "version",
                    "releaseCounter",
                    "hardwareIds",
                    "minFromVersion",
                    "rollbackFloor",
                    "storageManifest",
                    "notes",
                    "securityRelevant");

    /** Refuses what would fit every device or none, and what is longer than it may be. */
    public ReleaseDescription {
        hardwareIds = List.copyOf(hardwareIds);
        require(
                PRODUCT.matcher(productId).matches(),
                "the product's id must be 1 to 64 letters,"
                        + " digits, dots, underscores and hyphens");
        require(
                releaseCounter >= 1 && releaseCounter <= MetadataLimits.NUMBER_MAX,
                "the release counter must be 1 to " + MetadataLimits.NUMBER_MAX);
        require(
                rollbackFloor >= 0 && rollbackFloor <= releaseCounter,
                "the rollback floor must be 0 to the release counter");
        require(
                !hardwareIds.isEmpty()
                        && hardwareIds.size() <= HARDWARE_IDS_MAX
                        && hardwareIds.stream().distinct().count() == hardwareIds.size(),
                "there must be 1 to %d hardware ids, each once".formatted(HARDWARE_IDS_MAX));
        require(
                hardwareIds.stream().allMatch(id -> HARDWARE.matcher(id).matches()),
                "a hardware id must be 1 to 64 letters, digits and . _ : / -, and no pattern");
        require(
                storageManifest.isEmpty() || SHA256.matcher(storageManifest.get()).matches(),
                "the storage manifest must be a SHA-256 in lower-case hexadecimal");
        require(
                notes.length() <= NOTES_CHARACTERS_MAX,
                "the notes must be at most %d characters".formatted(NOTES_CHARACTERS_MAX));
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }

    /** Reads what is signed of a target. */
    public static ReleaseDescription of(TargetFile target) throws MalformedMetadata {
        CustomMembers members = CustomMembers.of(target.custom(), NOUN, MEMBERS);
        String productId = members.text("productId");
        String version = members.text("version");
        long releaseCounter = members.number("releaseCounter");
        List<String> hardwareIds = members.texts("hardwareIds");
        Optional<String> minFromVersion = members.optionalText("minFromVersion");
        long rollbackFloor = members.number("rollbackFloor");
        Optional<String> storageManifest = members.optionalText("storageManifest");
        String notes = members.text("notes");
        boolean securityRelevant = members.flag("securityRelevant");
        return members.built(
                () ->
                        new ReleaseDescription(
                                productId,
                                new ReleaseVersion(version),
                                releaseCounter,
                                hardwareIds,
                                minFromVersion.map(ReleaseVersion::new),
                                rollbackFloor,
                                storageManifest,
                                notes,
                                securityRelevant));
    }

    /** As the {@code custom} of a target, to be signed. */
    public ObjectNode toCustom() {
        ObjectNode custom = JsonMapper.shared().createObjectNode();
        ObjectNode node = CustomMembers.write(custom);
        node.put("productId", productId);
        node.put("version", version.text());
        node.put("releaseCounter", releaseCounter);
        ArrayNode hardware = node.putArray("hardwareIds");
        hardwareIds.forEach(hardware::add);
        minFromVersion.ifPresent(from -> node.put("minFromVersion", from.text()));
        node.put("rollbackFloor", rollbackFloor);
        storageManifest.ifPresent(hash -> node.put("storageManifest", hash));
        node.put("notes", notes);
        node.put("securityRelevant", securityRelevant);
        return custom;
    }
}
