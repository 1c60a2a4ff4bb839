/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.product;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Assignments;
import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.server.risk.advice.AdviceDocument;
import dev.breakwater.server.risk.advice.Advisor;
import dev.breakwater.server.risk.advice.Circumstances;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater product}: kinds of device. */
@Command(name = "product", description = "Make and look at products, the kinds of device.")
public final class ProductCommand {

    private static final Columns COLUMNS =
            Columns.none()
                    .and("ID", "id")
                    .and("NAME", "name")
                    .and("RISK PROFILE", "riskProfile")
                    .and("CREATED", "createdAt");

    private static final Columns QUOTA =
            Columns.none()
                    .and("PUBLISHES PER SECOND", "inForce/publishesPerSecond")
                    .and("BYTES PER SECOND", "inForce/bytesPerSecond")
                    .and("CONNECTS PER SECOND", "inForce/connectsPerSecond")
                    .and("PAYLOAD BYTES", "inForce/payloadBytes")
                    .and("SUBSCRIPTIONS", "inForce/subscriptions")
                    .and("INFLIGHT", "inForce/inflight")
                    .and("STATED", "stated");

    private static final Columns RISK =
            Columns.none()
                    .and("RISK PROFILE", "riskProfile")
                    .and("LOWEST ASSURANCE", "terms/lowestAssurance")
                    .and("CERTIFICATE LIFE, S", "terms/certificateLifeSeconds")
                    .and("TOKENS PERMITTED", "terms/tokensPermitted")
                    .and("SEALING REQUIRED", "terms/sealingRequired")
                    .and("UPDATE APPROVAL", "terms/updateApproval")
                    .and("ONLY RECORDED", "terms/recordedOnly")
                    .and("CANDIDATE", "candidate/riskProfile")
                    .and("IT ASKS FOR", "candidate/terms/lowestAssurance")
                    .and("DEVICES IT EXCLUDES", "candidate/devicesExcluded");

    private static final Columns SEALING =
            Columns.none()
                    .and("SEALING", "sealing")
                    .and("RECIPIENT", "recipient")
                    .and("IN FORCE", "inForce")
                    .and("RAISED BY RISK PROFILE", "raisedByRiskProfile");

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public ProductCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = "Make a product.",
            footerHeading = "%nExample:%n",
            footer = {
                "  breakwater product create \"Smart fish tank\"",
                "  breakwater product create \"Heater\" --risk-profile critical"
            })
    void create(
            @Parameters(paramLabel = "NAME", description = "Its name.") String name,
            @Option(
                            names = "--risk-profile",
                            paramLabel = "PROFILE",
                            description =
                                    "low, standard or critical; standard unless said otherwise.")
                    Optional<String> riskProfile) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", name);
        riskProfile.ifPresent(profile -> body.put("riskProfile", profile));
        try (ApiClient api = server.connect()) {
            ApiAnswer made = api.send(ApiRequest.create(body, "products"));
            server.print(made, COLUMNS);
            server.terminal().say("Made the product " + name + ".");
            server.terminal().next("enrollment", "create", "--product", name, "--serial", "SERIAL");
        }
    }

    @Command(
            description = "Show all products.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater product list -o json")
    void list(@Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(page.of(ApiRequest.get("products")));
            server.printPage(answer, COLUMNS, "product", "list");
        }
    }

    @Command(
            description = "Show one product.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater product show \"Smart fish tank\"")
    void show(
            @Parameters(paramLabel = "PRODUCT", description = "Its id or its name.")
                    String product) {
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            server.print(api.send(ApiRequest.get("products", id)), COLUMNS);
            server.terminal().next("device", "list", "--product", product);
        }
    }

    @Command(
            description = {
                "Show or state what a product's devices may use of the channel. What is stated counts from each",
                "device's next connection on; null goes back to the server's default. The names are",
                "publishesPerSecond, bytesPerSecond, connectsPerSecond, payloadBytes, subscriptions, inflight."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater product quota \"Smart fish tank\"",
                "  breakwater product quota \"Smart fish tank\" publishesPerSecond=10 payloadBytes=4096"
            })
    void quota(
            @Parameters(index = "0", paramLabel = "PRODUCT", description = "Its id or its name.")
                    String product,
            @Parameters(
                            index = "1..*",
                            arity = "0..*",
                            paramLabel = "NAME=VALUE",
                            description = "What is to be stated; the rest stays as it is.")
                    List<String> changes) {
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            ApiAnswer quota = api.send(ApiRequest.get("products", id, "quota"));
            if (changes == null || changes.isEmpty()) {
                server.print(quota, QUOTA);
                server.terminal().next("product", "quota", product, "NAME=VALUE");
                return;
            }
            ObjectNode stated = ((ObjectNode) quota.json().path("stated")).deepCopy();
            for (Map.Entry<String, JsonNode> change : Assignments.object(changes).properties()) {
                if (change.getValue().isNull()) {
                    stated.remove(change.getKey());
                } else {
                    stated.set(change.getKey(), change.getValue());
                }
            }
            ApiRequest replace =
                    ApiRequest.put(stated, "products", id, "quota").onlyIf(quota.etag());
            server.print(api.send(replace), QUOTA);
            server.terminal().say("Changed the quota of the product " + product + ".");
            server.terminal().next("device", "list", "--product", product);
        }
    }

    @Command(
            name = "risk-profile",
            description = {
                "Show what a product asks of its devices, ask what another profile would change, or change it.",
                "A change counts at once: devices with less assurance than the new profile asks for are cut off."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater product risk-profile \"Smart fish tank\"",
                "  breakwater product risk-profile \"Smart fish tank\" --candidate critical",
                "  breakwater product risk-profile \"Smart fish tank\" --set critical"
            })
    void riskProfile(
            @Parameters(paramLabel = "PRODUCT", description = "Its id or its name.") String product,
            @Option(
                            names = "--candidate",
                            paramLabel = "PROFILE",
                            description = "Say what this profile would change, and change nothing.")
                    Optional<String> candidate,
            @Option(
                            names = "--set",
                            paramLabel = "PROFILE",
                            description = "The profile to change to: low, standard or critical.")
                    Optional<String> chosen) {
        if (candidate.isPresent() && chosen.isPresent()) {
            throw new CommandFailed(ExitCode.USAGE, "either --candidate or --set, not both");
        }
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            ApiAnswer current =
                    api.send(
                            ApiRequest.get("products", id, "risk-profile")
                                    .with("candidate", candidate));
            if (chosen.isEmpty()) {
                server.print(current, RISK);
                server.terminal()
                        .next(
                                "product",
                                "risk-profile",
                                product,
                                "--set",
                                candidate.orElse("PROFILE"));
                return;
            }
            ObjectNode body =
                    JsonNodeFactory.instance.objectNode().put("riskProfile", chosen.get());
            ApiRequest replace =
                    ApiRequest.put(body, "products", id, "risk-profile").onlyIf(current.etag());
            server.print(api.send(replace), RISK);
            server.terminal()
                    .say("The product " + product + " has the risk profile " + chosen.get() + ".");
            server.terminal().next("device", "list", "--product", product);
        }
    }

    @Command(
            description = {
                "Show or state whether a product's devices seal what they tell, and to whom. It counts from the",
                "next message on, for devices that are connected too: what is in clear is refused where sealing",
                "is required."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater product sealing \"Smart fish tank\"",
                "  breakwater product sealing \"Smart fish tank\" --set required --recipient organization"
            })
    void sealing(
            @Parameters(paramLabel = "PRODUCT", description = "Its id or its name.") String product,
            @Option(
                            names = "--set",
                            paramLabel = "SEALING",
                            description = "off, allowed or required; stays if not given.")
                    Optional<String> chosen,
            @Option(
                            names = "--recipient",
                            paramLabel = "HOLDER",
                            description =
                                    "Whose key they seal to: server or organization; stays if not given.")
                    Optional<String> recipient) {
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            ApiAnswer current = api.send(ApiRequest.get("products", id, "sealing"));
            if (chosen.isEmpty() && recipient.isEmpty()) {
                server.print(current, SEALING);
                server.terminal().next("product", "sealing", product, "--set", "SEALING");
                return;
            }
            ObjectNode body =
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("sealing", stated(chosen, current, "sealing"))
                            .put("recipient", stated(recipient, current, "recipient"));
            ApiRequest replace =
                    ApiRequest.put(body, "products", id, "sealing").onlyIf(current.etag());
            server.print(api.send(replace), SEALING);
            server.terminal().say("Changed the sealing of the product " + product + ".");
            server.terminal().next("envelope", "list");
        }
    }

    private static String stated(Optional<String> chosen, ApiAnswer current, String member) {
        return chosen.orElseGet(() -> current.json().path(member).asString(""));
    }

    @Command(
            description = {
                "Say which risk profile fits a product, what each would cost, and what each leaves open. Asks what it",
                "needs to know, unless options or a file say it. Needs no server and changes nothing."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater product advise",
                "  breakwater product advise --answers heater.json -o json",
                "  breakwater product advise --consequence privacy --attackers-reach-device no \\",
                "      --fleet-size 5000 --battery yes --parts-budget-cents 100"
            })
    void advise(@Mixin Answers answers) {
        server.refuseProfile("product advise asks no server and needs no profile");
        Circumstances circumstances = answers.complete(server.terminal(), server.keyboard());
        Advisor advisor = new Advisor(ServerConfiguration.DEVICE_CERTIFICATE_LIFE);
        AdviceDocument advice = AdviceDocument.of(advisor.advise(circumstances));
        switch (server.format()) {
            case TABLE -> new AdviceSheet(advice, server.terminal()).print();
            case JSON -> server.terminal().json(JsonMapper.shared().writeValueAsString(advice));
        }
        server.terminal().next("product", "create", "NAME", "--risk-profile", advice.proposed());
    }
}
