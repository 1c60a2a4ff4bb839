/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.offer;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.Members;
import dev.breakwater.protocol.update.metadata.MetadataLimits;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** Reads both forms of a status. */
final class Statuses {

    static final String NOUN = "an update's status";
    static final String RUNNING = "running";
    static final long COUNTER_MAX = MetadataLimits.NUMBER_MAX;

    /** Control characters could write over what an operator's terminal shows. */
    static final Pattern REASON =
            Pattern.compile(
                    "[^\\p{Cc}\\p{Cs}\\p{Cf}\\p{Zl}\\p{Zp}]{1,"
                            + UpdateStatus.REASON_CHARACTERS_MAX
                            + "}");

    private static final Pattern UNPRESENTABLE =
            Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private Statuses() {}

    static Optional<String> presentable(String reason) {
        String cut =
                reason.length() <= UpdateStatus.REASON_CHARACTERS_MAX
                        ? reason
                        : reason.substring(0, UpdateStatus.REASON_CHARACTERS_MAX);
        String clean = UNPRESENTABLE.matcher(cut).replaceAll("?");
        return clean.isEmpty() ? Optional.empty() : Optional.of(clean);
    }

    static UpdateStatus running(Members members) throws MalformedMessage {
        members.requireWithin(
                Set.of("state", "sha256", "version", "counter", "hardware", "healthy"));
        Optional<String> sha256 = members.optionalText("sha256");
        String version = members.text("version");
        long counter = members.count("counter");
        String hardware = members.text("hardware");
        boolean healthy = members.flag("healthy");
        return members.built(
                () ->
                        new UpdateStatus.Running(
                                sha256, new ReleaseVersion(version), counter, hardware, healthy));
    }

    static UpdateStatus progress(Members members) throws MalformedMessage {
        members.requireWithin(Set.of("rollout", "state", "percent", "reason"));
        UUID rollout = members.uuid("rollout");
        UpdateStatus.Step step =
                UpdateStatus.Step.of(members.text("state"))
                        .orElseThrow(() -> new MalformedMessage(NOUN + " has a known state"));
        OptionalInt percent =
                members.has("percent")
                        ? OptionalInt.of(members.number("percent"))
                        : OptionalInt.empty();
        Optional<String> reason = members.optionalText("reason");
        return members.built(() -> new UpdateStatus.Progress(rollout, step, percent, reason));
    }
}
