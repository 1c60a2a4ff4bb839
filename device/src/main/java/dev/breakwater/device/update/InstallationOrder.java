/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import dev.breakwater.device.update.slot.Artifact;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What must be installed. Whoever holds one has it from whoever checked the signatures: {@link
 * #vouchedFor} is the only way to make one, and the only place where the metadata of releases meets
 * the updater.
 */
public final class InstallationOrder {

    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}");

    private final String version;
    private final Artifact artifact;
    private final long releaseCounter;
    private final long rollbackFloor;

    private InstallationOrder(
            String version, Artifact artifact, long releaseCounter, long rollbackFloor) {
        this.version = version;
        this.artifact = artifact;
        this.releaseCounter = releaseCounter;
        this.rollbackFloor = rollbackFloor;
    }

    /**
     * An order by values that the caller has verified.
     *
     * @param version for people and reports, 1 to 64 characters
     * @param artifact which bytes
     * @param releaseCounter rises with each release of a product
     * @param rollbackFloor once this release is confirmed, none with a lower counter is installed
     *     any more; at most the release's own counter, or it would lock itself out
     */
    public static InstallationOrder vouchedFor(
            String version, Artifact artifact, long releaseCounter, long rollbackFloor) {
        if (!VERSION.matcher(version).matches()) {
            throw new IllegalArgumentException(
                    "a version is 1 to 64 characters of letters, digits and . + _ -");
        }
        if (releaseCounter < 0 || rollbackFloor < 0 || rollbackFloor > releaseCounter) {
            throw new IllegalArgumentException(
                    "a release with the counter %d cannot set the rollback floor to %d"
                            .formatted(releaseCounter, rollbackFloor));
        }
        return new InstallationOrder(version, artifact, releaseCounter, rollbackFloor);
    }

    /** For people and reports. */
    public String version() {
        return version;
    }

    /** Which bytes. */
    public Artifact artifact() {
        return artifact;
    }

    /** Rises with each release. */
    public long releaseCounter() {
        return releaseCounter;
    }

    /** The floor once this release is confirmed. */
    public long rollbackFloor() {
        return rollbackFloor;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InstallationOrder order
                && version.equals(order.version)
                && artifact.equals(order.artifact)
                && releaseCounter == order.releaseCounter
                && rollbackFloor == order.rollbackFloor;
    }

    @Override
    public int hashCode() {
        return Objects.hash(version, artifact, releaseCounter, rollbackFloor);
    }

    @Override
    public String toString() {
        return "%s (counter %d)".formatted(version, releaseCounter);
    }
}
