/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater release}: sign, publish and withdraw what devices install. */
@Command(
        name = "release",
        description = {
            "Sign, publish and withdraw what a product's devices install. Keys of root and of releases stay with",
            "people: the server never has one.",
        })
public final class ReleaseCommand {

    static final Columns RELEASE =
            Columns.none()
                    .and("VERSION", "version")
                    .and("PATH", "path")
                    .and("COUNTER", "counter")
                    .and("STATE", "state")
                    .and("HARDWARE", "hardwareIds")
                    .and("MIN FROM", "minFromVersion")
                    .and("ROLLBACK FLOOR", "rollbackFloor")
                    .and("SECURITY", "securityRelevant")
                    .and("BYTES", "length")
                    .and("SHA256", "sha256")
                    .and("STORES", "storageManifest")
                    .and("PUBLISHED", "publishedAt")
                    .and("NOTES", "notes")
                    .and("ID", "id");
    static final Columns REPOSITORY =
            Columns.none()
                    .and("ROOT", "root/version")
                    .and("ROOT EXPIRES", "root/expires")
                    .and("TARGETS", "targets/version")
                    .and("TARGETS EXPIRE", "targets/expires")
                    .and("SNAPSHOT", "snapshot/version")
                    .and("SNAPSHOT EXPIRES", "snapshot/expires")
                    .and("TIMESTAMP", "timestamp/version")
                    .and("TIMESTAMP EXPIRES", "timestamp/expires")
                    .and("ONLINE KEY", "onlineKeys/0/keyId")
                    .and("  STATE", "onlineKeys/0/state")
                    .and("ONLINE KEY", "onlineKeys/1/keyId")
                    .and("  STATE", "onlineKeys/1/state")
                    .and("ONLINE KEY", "onlineKeys/2/keyId")
                    .and("  STATE", "onlineKeys/2/state")
                    .and("ADVICE", "advice");
    private static final Columns RELEASES =
            Columns.none()
                    .and("VERSION", "version")
                    .and("PATH", "path")
                    .and("COUNTER", "counter")
                    .and("STATE", "state")
                    .and("SECURITY", "securityRelevant")
                    .and("BYTES", "length")
                    .and("PUBLISHED", "publishedAt")
                    .and("ID", "id");
    private static final Columns ARTIFACTS =
            Columns.none()
                    .and("NAME", "name")
                    .and("VERDICT", "verdict")
                    .and("BLOCKING", "blocking")
                    .and("RULES CURRENT", "rulesCurrent")
                    .and("BYTES", "length")
                    .and("SHA256", "sha256")
                    .and("ID", "id");
    static final Columns ARTIFACT_SHEET =
            Columns.none()
                    .and("NAME", "name")
                    .and("VERDICT", "verdict")
                    .and("BLOCKING", "blocking")
                    .and("SCANNED", "scannedAt")
                    .and("OWN RULES' VERSION", "rules/version")
                    .and("ALL RULES", "rules/sha256")
                    .and("RULES CURRENT", "rulesCurrent")
                    .and("SHA256", "sha256")
                    .and("ID", "id");
    private static final Columns FINDINGS =
            Columns.none()
                    .and("RULE", "rule")
                    .and("WHERE", "place")
                    .and("OFFSET", "offset")
                    .and("BEGINS", "excerpt")
                    .and("BLOCKS", "blocks")
                    .and("WAIVED UNTIL", "waiver/expires")
                    .and("FINGERPRINT", "fingerprint");
    private static final String FINDING = "The finding, by its fingerprint.";
    private static final String ARTIFACT = "The artifact's id, as release artifacts shows it.";

    @Mixin private final ServerOptions server;

    private ReleaseCommand(ServerOptions server) {
        this.server = server;
    }

    /**
     * The command with all below it.
     *
     * @param trust the directory in which this machine keeps what it knows of repositories
     */
    public static CommandLine of(ServerOptions server, Path trust) {
        CommandLine keys =
                new CommandLine(new KeysCommand(server))
                        .addSubcommand("init", new InitCommand(server, trust))
                        .addSubcommand("rotate", new RotateCommand(server, trust));
        return new CommandLine(new ReleaseCommand(server))
                .addSubcommand("keys", keys)
                .addSubcommand("publish", new PublishCommand(server, trust))
                .addSubcommand("put-back", new PutBackCommand(server, trust))
                .addSubcommand("scan", new ScanArtifactCommand(server))
                .addSubcommand("scan-rules", new ScanRulesCommand(server))
                .addSubcommand("submit", new SubmitCommand(server, trust))
                .addSubcommand("withdraw", new TargetsChange.Withdraw(server, trust))
                .addSubcommand("renew", new TargetsChange.Renew(server, trust))
                .addSubcommand("download", new DownloadCommand(server, trust))
                .addSubcommand("mirror", new MirrorCommand(server, trust));
    }

    /** What is printed as if the API had answered it. */
    static ApiAnswer answer(JsonNode json) {
        return new ApiAnswer(json, json.toString(), "*");
    }

    @Command(
            description = {
                "Show a product's update repository: which files are in force, when each expires, and what its signers",
                "should do soon.",
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater release status --product tank")
    void status(
            @Option(
                            names = "--product",
                            paramLabel = "PRODUCT",
                            required = true,
                            description = "The product's id or its name.")
                    String product) {
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            ApiAnswer state = api.send(ApiRequest.get("products", id, "update-repository"));
            server.print(state, REPOSITORY);
            if (ProductRepository.isThere(state, "root")) {
                server.terminal().next("release", "list", "--product", product);
            } else {
                server.terminal()
                        .next(
                                "release",
                                "keys",
                                "init",
                                "--product",
                                product,
                                "--directory",
                                "DIR");
            }
        }
    }

    @Command(
            description = "Show a product's releases, withdrawn ones included.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater release list --product tank")
    void list(
            @Option(
                            names = "--product",
                            paramLabel = "PRODUCT",
                            required = true,
                            description = "The product's id or its name.")
                    String product,
            @Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            ApiAnswer answer = api.send(page.of(ApiRequest.get("products", id, "releases")));
            server.printPage(answer, RELEASES, "release", "list", "--product", product);
        }
    }

    @Command(
            description = "Show one release and what is signed of it.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater release show 0198f3a2-5a70-7c11-9d1e-4a3b2c1d0e9f")
    void show(
            @Parameters(paramLabel = "RELEASE", description = "Its id, as list shows it.")
                    String release) {
        try (ApiClient api = server.connect()) {
            ApiAnswer found =
                    api.find(ApiRequest.get("releases", release))
                            .orElseThrow(
                                    () ->
                                            new CommandFailed(
                                                    ExitCode.REFUSED,
                                                    "there is no release "
                                                            + release
                                                            + "; breakwater release list shows what"
                                                            + " there is"));
            server.print(found, RELEASE);
        }
    }

    @Command(
            description = "Show what was uploaded for a product, and whether it may ship.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater release artifacts --product tank")
    void artifacts(
            @Option(
                            names = "--product",
                            paramLabel = "PRODUCT",
                            required = true,
                            description = "The product's id or its name.")
                    String product,
            @Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            ApiAnswer answer = api.send(page.of(ApiRequest.get("products", id, "artifacts")));
            server.printPage(answer, ARTIFACTS, "release", "artifacts", "--product", product);
        }
    }

    @Command(
            description = {
                "Show what the server found in an artifact: the container and its entry, the offset there, and how the",
                "secret begins.",
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater release findings 0198f3a2-5a70-7c11-9d1e-4a3b2c1d0e9f")
    void findings(
            @Parameters(paramLabel = "ARTIFACT", description = ARTIFACT) String artifact,
            @Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(page.of(ApiRequest.get("artifacts", artifact, "findings")));
            server.printPage(answer, FINDINGS, "release", "findings", artifact);
        }
    }

    /** The first page of what was found in an artifact. */
    static void printFindings(ServerOptions server, ApiClient api, String artifact) {
        ApiAnswer answer = api.send(ApiRequest.get("artifacts", artifact, "findings"));
        server.printPage(answer, FINDINGS, "release", "findings", artifact);
    }

    @Command(
            description = {
                "Answer for a finding with your name and a reason, for some time: it does not block the release then. The",
                "server wants a second factor for it.",
            },
            footerHeading = "%nExample:%n",
            footer = {
                "  breakwater release waive ARTIFACT 9e2afa15b453d872 --reason \"a key of the test suite\" \\",
                "      --for 30d",
            })
    void waive(
            @Parameters(paramLabel = "ARTIFACT", description = ARTIFACT) String artifact,
            @Parameters(paramLabel = "FINGERPRINT", description = FINDING) String fingerprint,
            @Option(
                            names = "--reason",
                            paramLabel = "TEXT",
                            required = true,
                            description = "Why it may ship all the same.")
                    String reason,
            @Option(
                            names = "--for",
                            paramLabel = "TIME",
                            required = true,
                            description = "For how long, such as 30d.")
                    Duration time) {
        ObjectNode body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("reason", reason)
                        .put(
                                "expires",
                                Clock.systemUTC()
                                        .instant()
                                        .plus(time)
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .toString());
        try (ApiClient api = server.connect()) {
            server.print(
                    api.send(
                            ApiRequest.post(
                                    body,
                                    "artifacts",
                                    artifact,
                                    "findings",
                                    fingerprint,
                                    "waiver")),
                    FINDINGS);
            server.terminal().say("The finding " + fingerprint + " is waived by you.");
            server.terminal().next("release", "findings", artifact);
        }
    }

    @Command(
            description = "Take a waiver back: the finding blocks again what is published later.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater release unwaive ARTIFACT 9e2afa15b453d872")
    void unwaive(
            @Parameters(paramLabel = "ARTIFACT", description = ARTIFACT) String artifact,
            @Parameters(paramLabel = "FINGERPRINT", description = FINDING) String fingerprint) {
        try (ApiClient api = server.connect()) {
            server.print(
                    api.send(
                            ApiRequest.delete(
                                    "artifacts", artifact, "findings", fingerprint, "waiver")),
                    ARTIFACTS);
            server.terminal().say("The finding " + fingerprint + " is waived no more.");
            server.terminal().next("release", "findings", artifact);
        }
    }
}
