/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.rollout;

import dev.breakwater.cli.client.JsonFile;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** For which devices a rollout is, and how it goes on. */
final class PlanOptions {

    @Option(names = "--all", description = "For all devices of the product.")
    private boolean all;

    @Option(
            names = "--versions",
            split = ",",
            paramLabel = "VERSION",
            description = "For those that run one of these versions; commas between.")
    private List<String> versions = List.of();

    @Option(
            names = "--serials",
            split = ",",
            paramLabel = "SERIAL",
            description = "For those with these serials; commas between.")
    private List<String> serials = List.of();

    @Option(
            names = "--tag",
            split = ",",
            paramLabel = "TAG",
            description = "For those that are tagged so; of several, with each of them.")
    private List<String> tags = List.of();

    @Option(
            names = "--any-tag",
            split = ",",
            paramLabel = "TAG",
            description = "For those that have at least one of these tags; commas between.")
    private List<String> anyTags = List.of();

    @Option(
            names = "--percent",
            paramLabel = "PERCENT",
            description =
                    "For so many of those that are left and can have it, drawn by lot, such as 5%%.")
    private @Nullable String percent;

    @Option(
            names = "--wave",
            paramLabel = "SIZE[:SOAK]",
            description =
                    "A wave: how many devices or which part of them, and how long enough of them have to be"
                            + " well before the next, such as 10:1h, 5%%:24h or 100%%. Given for each wave; the"
                            + " last one is 100%%. Without any: 0.5%%, 5%%, 25%%, 100%%, a day each.")
    private List<String> waves = List.of();

    @Option(
            names = "--failures-tolerated",
            paramLabel = "COUNT",
            description = "So many failed devices are chance, whatever part they are.")
    private @Nullable Integer failuresTolerated;

    @Option(
            names = "--failed-max",
            paramLabel = "PERCENT",
            description = "If more than this part fails, the rollout pauses by itself.")
    private @Nullable String failedMax;

    @Option(
            names = "--confirmed-min",
            paramLabel = "PERCENT",
            description = "This part of a wave has to be well before the next begins.")
    private @Nullable String confirmedMin;

    @Option(
            names = "--in-flight-max",
            paramLabel = "COUNT",
            description = "So many devices are at it at a time, at most.")
    private @Nullable Integer inFlightMax;

    @Option(
            names = "--attempts",
            paramLabel = "COUNT",
            description = "How often one device may try.")
    private @Nullable Integer attempts;

    @Option(
            names = "--lease",
            paramLabel = "DURATION",
            description = "A device that has begun fails if it is not heard of for so long.")
    private @Nullable Duration lease;

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            description = "The plan as the API takes it, in JSON, instead of the options for it.")
    private @Nullable Path planFile;

    PlanOptions() {}

    /** What the API is to be told. */
    ObjectNode body(String releaseId) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("releaseId", releaseId);
        body.set("target", target());
        plan().ifPresent(plan -> body.set("plan", plan));
        return body;
    }

    /** A rollout is for those that somebody has named: nothing is taken for all of a fleet. */
    private ObjectNode target() {
        ObjectNode target = JsonNodeFactory.instance.objectNode();
        if (all) {
            target.put("all", true);
        }
        list(target, "versions", versions);
        list(target, "serials", serials);
        if (!tags.isEmpty() || !anyTags.isEmpty()) {
            ObjectNode named = target.putObject("tags");
            list(named, "all", tags);
            list(named, "any", anyTags);
        }
        if (percent != null) {
            target.put("percent", WaveOption.percent("--percent", percent));
        }
        if (target.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "say for which devices it is, by --all, or by --tag, --any-tag, --versions, --serials"
                            + " and --percent, which restrict together");
        }
        if (all && target.size() != 1) {
            throw new CommandFailed(
                    ExitCode.USAGE, "--all is for all: leave it out, or what restricts it");
        }
        return target;
    }

    private static void list(ObjectNode node, String member, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode listed = node.putArray(member);
            values.forEach(listed::add);
        }
    }

    private Optional<JsonNode> plan() {
        ObjectNode plan = JsonNodeFactory.instance.objectNode();
        if (!waves.isEmpty()) {
            ArrayNode list = plan.putArray("waves");
            waves.forEach(wave -> list.add(WaveOption.read(wave)));
        }
        ObjectNode gate = JsonNodeFactory.instance.objectNode();
        if (failuresTolerated != null) {
            gate.put("failuresTolerated", failuresTolerated.intValue());
        }
        if (failedMax != null) {
            gate.put("failedPercentMax", WaveOption.percent("--failed-max", failedMax));
        }
        if (confirmedMin != null) {
            gate.put("confirmedPercentMin", WaveOption.percent("--confirmed-min", confirmedMin));
        }
        if (!gate.isEmpty()) {
            plan.set("gate", gate);
        }
        if (inFlightMax != null) {
            plan.put("inFlightMax", inFlightMax.intValue());
        }
        if (attempts != null) {
            plan.put("attemptsMax", attempts.intValue());
        }
        if (lease != null) {
            plan.put("leaseSeconds", lease.toSeconds());
        }
        if (planFile == null) {
            return plan.isEmpty() ? Optional.empty() : Optional.of(plan);
        }
        if (!plan.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.USAGE, "the plan comes from --plan or from options, not from both");
        }
        return Optional.of(JsonFile.read(planFile, "the plan"));
    }
}
