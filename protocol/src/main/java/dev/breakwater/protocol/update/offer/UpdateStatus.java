/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.offer;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.Members;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What a device says of its update, on {@code me/update/status}: how far it is, or what runs. Only
 * {@link Running} confirms an update.
 */
public sealed interface UpdateStatus {

    /** The longest payload, in bytes of JSON. */
    int BYTES_MAX = 4 * 1024;

    /** The longest reason. */
    int REASON_CHARACTERS_MAX = 256;

    /** The longest name of a hardware, as in the description of a release. */
    int HARDWARE_CHARACTERS_MAX = 64;

    /** The payload, JSON in UTF-8. */
    byte[] toJson();

    /**
     * Reads a status strictly: each member once, and no other.
     *
     * @throws MalformedMessage naming the rule; never the value
     */
    static UpdateStatus parse(byte[] payload) throws MalformedMessage {
        Members members = Members.parse(payload, BYTES_MAX, Statuses.NOUN);
        return members.text("state").equals(Statuses.RUNNING)
                ? Statuses.running(members)
                : Statuses.progress(members);
    }

    /** How far an update is. */
    enum Step {
        /** Verified; the owner's word is missing. */
        ASKING,
        /** Its bytes come. */
        DOWNLOADING,
        /** What came is compared with what was signed. */
        VERIFYING,
        /** It is written into the slot that does not run. */
        WRITING,
        /** Written and verified; the next start is a trial of it. */
        RESTARTING,
        /** It was not installed; the version before runs on. */
        FAILED,
        /** It was tried and taken back; the version before runs. */
        REVERTED,
        /** It is not for this device as it is. */
        INELIGIBLE;

        /** As it stands in a status. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Step> of(String word) {
            return Arrays.stream(values()).filter(step -> step.word().equals(word)).findFirst();
        }
    }

    /**
     * How far the update of a rollout is.
     *
     * @param rollout whose offer it was
     * @param step where it stands
     * @param percent how much of the step is done, 0 to 100; empty if that cannot be said
     * @param reason why, in a sentence of at most {@value #REASON_CHARACTERS_MAX} characters and no
     *     control characters; empty if there is nothing to say
     */
    record Progress(UUID rollout, Step step, OptionalInt percent, Optional<String> reason)
            implements UpdateStatus {

        /** Refuses what is outside the limits. */
        public Progress {
            if (percent.isPresent() && (percent.getAsInt() < 0 || percent.getAsInt() > 100)) {
                throw new IllegalArgumentException("an update's percent is 0 to 100");
            }
            if (reason.isPresent() && !Statuses.REASON.matcher(reason.get()).matches()) {
                throw new IllegalArgumentException(
                        "an update's reason is 1 to %d characters without control characters"
                                .formatted(REASON_CHARACTERS_MAX));
            }
        }

        /** A step, and no more to say of it. */
        public static Progress of(UUID rollout, Step step) {
            return new Progress(rollout, step, OptionalInt.empty(), Optional.empty());
        }

        /**
         * A step with a reason, which is cut where it is too long, and in which a question mark
         * stands for each character that may not be in one.
         */
        public static Progress because(UUID rollout, Step step, String reason) {
            return new Progress(rollout, step, OptionalInt.empty(), Statuses.presentable(reason));
        }

        @Override
        public byte[] toJson() {
            Members members = Members.ofNothing(Statuses.NOUN);
            var object = members.object();
            object.put("rollout", rollout.toString()).put("state", step.word());
            percent.ifPresent(value -> object.put("percent", value));
            reason.ifPresent(text -> object.put("reason", text));
            return members.bytes();
        }
    }

    /**
     * What runs, and how it is: said at every start, once the server is reached.
     *
     * @param sha256 the artifact from which it was installed, 64 hexadecimal digits in lower case;
     *     empty for what came from the factory
     * @param version its version
     * @param counter its release counter
     * @param hardware the device's hardware, as its maker burned it in
     * @param healthy whether the product's probe is content
     */
    record Running(
            Optional<String> sha256,
            ReleaseVersion version,
            long counter,
            String hardware,
            boolean healthy)
            implements UpdateStatus {

        private static final Pattern HARDWARE =
                Pattern.compile(
                        "[A-Za-z0-9][A-Za-z0-9._:/-]{0," + (HARDWARE_CHARACTERS_MAX - 1) + "}");

        /** Refuses what is outside the limits. */
        public Running {
            if (sha256.isPresent()) {
                UpdatePaths.requireSha256(sha256.get());
            }
            if (counter < 0 || counter > Statuses.COUNTER_MAX) {
                throw new IllegalArgumentException(
                        "a release counter is 0 to " + Statuses.COUNTER_MAX);
            }
            if (!HARDWARE.matcher(hardware).matches()) {
                throw new IllegalArgumentException(
                        "a hardware is 1 to %d letters, digits and . _ : / -, the first a letter or digit"
                                .formatted(HARDWARE_CHARACTERS_MAX));
            }
        }

        @Override
        public byte[] toJson() {
            Members members = Members.ofNothing(Statuses.NOUN);
            var object = members.object();
            object.put("state", Statuses.RUNNING);
            sha256.ifPresent(hex -> object.put("sha256", hex));
            object.put("version", version.text())
                    .put("counter", counter)
                    .put("hardware", hardware)
                    .put("healthy", healthy);
            return members.bytes();
        }
    }
}
