/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.product;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater product update-policy}: who is asked before devices install something. */
@Command(
        name = "update-policy",
        description = "Show or state how a product's devices take updates.")
public final class UpdatePolicyCommand {

    private static final Columns POLICY =
            Columns.none()
                    .and("CONSENT", "consent")
                    .and("POSTPONABLE, DAYS", "postponableDays")
                    .and("SECURITY, DAYS", "securityDays")
                    .and("WINDOW", "window")
                    .and("TIME ZONE", "zone")
                    .and("LEAST ASKED BY PROFILE", "approval");

    private static final Pattern WINDOW =
            Pattern.compile("([0-2][0-9]:[0-5][0-9])-([0-2][0-9]:[0-5][0-9])");

    private final ServerOptions server;

    /** Who is asked. */
    enum Consent {
        AUTOMATIC,
        OWNER,
        OPERATOR;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** With the options that lead to the server. */
    public UpdatePolicyCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description =
                    "Show who is asked, how long owners may put an update off, and when devices may install.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater product update-policy get \"Smart fish tank\"")
    void get(
            @Parameters(paramLabel = "PRODUCT", description = "Its id or its name.")
                    String product) {
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            server.print(api.send(ApiRequest.get("products", id, "update-policy")), POLICY);
            server.terminal()
                    .next("product", "update-policy", "set", product, "--consent", "owner");
        }
    }

    @Command(
            description = {
                "State it; what is not given stays. It can never ask less than the product's risk profile does: where",
                "owners have to agree, nothing replaces them."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater product update-policy set \"Smart fish tank\" --consent owner --postponable 14 --security 3",
                "  breakwater product update-policy set \"Smart fish tank\" --window 02:00-05:00 --days saturday,sunday"
            })
    void set(
            @Parameters(paramLabel = "PRODUCT", description = "Its id or its name.") String product,
            @Option(
                            names = "--consent",
                            description = "Who is asked: one of ${COMPLETION-CANDIDATES}.")
                    Optional<Consent> consent,
            @Option(
                            names = "--postponable",
                            paramLabel = "DAYS",
                            description = "For how long owners may put an update off.")
                    Optional<Integer> postponable,
            @Option(
                            names = "--security",
                            paramLabel = "DAYS",
                            description = "The same for one that mends a security hole; no longer.")
                    Optional<Integer> security,
            @Option(
                            names = "--window",
                            paramLabel = "HH:MM-HH:MM",
                            description =
                                    "When devices may be offered an update, by their own clocks; always for any time.")
                    Optional<String> window,
            @Option(
                            names = "--days",
                            split = ",",
                            paramLabel = "DAY",
                            description = "On which days the window opens; each, if not given.")
                    @Nullable List<String> days,
            @Option(
                            names = "--time-zone",
                            paramLabel = "ZONE",
                            description = "Of devices that say none, such as Europe/Berlin.")
                    Optional<String> zone) {
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            ApiAnswer current = api.send(ApiRequest.get("products", id, "update-policy"));
            ObjectNode policy = stated(current);
            consent.ifPresent(who -> policy.put("consent", who.code()));
            postponable.ifPresent(time -> policy.put("postponableDays", time));
            security.ifPresent(time -> policy.put("securityDays", time));
            zone.ifPresent(name -> policy.put("zone", name));
            if (window.isPresent()) {
                changeWindow(policy, window.get(), days == null ? List.of() : days);
            } else if (days != null) {
                throw new CommandFailed(ExitCode.USAGE, "--days goes with --window");
            }
            ApiRequest replace =
                    ApiRequest.put(policy, "products", id, "update-policy").onlyIf(current.etag());
            server.print(api.send(replace), POLICY);
            server.terminal().say("Changed how devices of " + product + " take updates.");
            server.terminal().next("rollout", "list", "--product", product);
        }
    }

    private static ObjectNode stated(ApiAnswer current) {
        ObjectNode policy = ((ObjectNode) current.json()).deepCopy();
        policy.retain("consent", "postponableDays", "securityDays", "window", "zone");
        return policy;
    }

    private static void changeWindow(ObjectNode policy, String window, List<String> days) {
        if (window.equals("always")) {
            policy.remove("window");
            return;
        }
        Matcher form = WINDOW.matcher(window);
        if (!form.matches()) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "'%s' is no window; write 02:00-05:00, or always".formatted(window));
        }
        ObjectNode open =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("opens", form.group(1))
                        .put("closes", form.group(2));
        if (!days.isEmpty()) {
            ArrayNode list = open.putArray("days");
            days.forEach(day -> list.add(day.toLowerCase(Locale.ROOT)));
        }
        policy.set("window", open);
    }
}
