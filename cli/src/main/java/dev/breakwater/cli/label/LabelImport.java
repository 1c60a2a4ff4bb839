/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.label;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Enters many labels, as many at once as the API takes. The server enters all of a batch or none; a
 * label that it refuses is named and left out, and the others of its batch are sent once more.
 * Entering a label that stands already changes nothing, so that whoever does not know how an import
 * ended runs it again.
 */
final class LabelImport {

    /** As many as the API's document permits. */
    private static final int BATCH_LABELS = 1_000;

    /** Each costs a request; so many mean that the list is the wrong one. */
    private static final int REFUSED_MAX = 100;

    /** How the server names the label that stands against a batch. */
    private static final Pattern TAKEN = Pattern.compile("The serial (\\S+), or its key, .*");

    private final ApiClient api;
    private final Terminal terminal;
    private final String product;
    private final Optional<String> assurance;
    private final List<String> again;
    private final ArrayNode refused = JsonNodeFactory.instance.arrayNode();
    private int stand;

    /**
     * An import.
     *
     * @param product the product's id
     * @param again the words of the command, to which the line is added where it can go on
     */
    LabelImport(
            ApiClient api,
            Terminal terminal,
            String product,
            Optional<String> assurance,
            List<String> again) {
        this.api = api;
        this.terminal = terminal;
        this.product = product;
        this.assurance = assurance;
        this.again = List.copyOf(again);
    }

    /**
     * Enters them all.
     *
     * @return how many stand now, and the lines that were refused
     */
    ObjectNode enter(List<LabelLine> labels) {
        for (int begin = 0; begin < labels.size(); begin += BATCH_LABELS) {
            enterBatch(labels.subList(begin, Math.min(labels.size(), begin + BATCH_LABELS)));
        }
        ObjectNode done = JsonNodeFactory.instance.objectNode().put("labels", stand);
        done.set("refused", refused);
        return done;
    }

    private void enterBatch(List<LabelLine> batch) {
        List<LabelLine> left = new ArrayList<>(batch);
        while (!left.isEmpty()) {
            try {
                var _ = api.send(ApiRequest.create(body(left), "device-label-batches"));
                stand += left.size();
                terminal.say(lines(batch) + " are entered.");
                return;
            } catch (CommandFailed failed) {
                LabelLine taken = culprit(failed, left).orElseThrow(() -> stopped(failed, batch));
                leaveOut(taken);
                left.remove(taken);
                if (refused.size() > REFUSED_MAX) {
                    throw stopped(failed, batch);
                }
            }
        }
    }

    private ObjectNode body(List<LabelLine> labels) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("product", product);
        assurance.ifPresent(level -> body.put("assurance", level));
        ArrayNode array = body.putArray("labels");
        for (LabelLine label : labels) {
            array.addObject()
                    .put("serial", label.serial().text())
                    .put("setupKeyHash", label.key().text());
        }
        return body;
    }

    /** The label that was refused, where the server refused the batch for one. */
    private static Optional<LabelLine> culprit(CommandFailed failed, List<LabelLine> labels) {
        Matcher taken = TAKEN.matcher(String.valueOf(failed.getMessage()));
        if (failed.exitCode() != ExitCode.REFUSED || !taken.matches()) {
            return Optional.empty();
        }
        return labels.stream()
                .filter(label -> label.serial().text().equals(taken.group(1)))
                .findFirst();
    }

    private void leaveOut(LabelLine label) {
        String why =
                "the serial " + label.serial() + ", or its key, is on another label of the server";
        terminal.say("line " + label.number() + ": " + why);
        refused.addObject()
                .put("line", label.number())
                .put("serial", label.serial().text())
                .put("why", why);
    }

    private CommandFailed stopped(CommandFailed cause, List<LabelLine> batch) {
        List<String> words = new ArrayList<>(again);
        words.addAll(List.of("--from-line", Integer.toString(batch.getFirst().number())));
        terminal.next(words.toArray(String[]::new));
        return new CommandFailed(
                cause.exitCode(),
                "stopped at %s, with %d labels entered before: %s"
                        .formatted(lines(batch), stand, cause.getMessage()),
                cause);
    }

    private static String lines(List<LabelLine> batch) {
        return "lines " + batch.getFirst().number() + " to " + batch.getLast().number();
    }
}
