/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.envelope;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.cli.terminal.GivenText;
import dev.breakwater.protocol.envelope.RecipientKey;
import dev.breakwater.protocol.sealing.SecretText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater envelope}: what devices seal above TLS, and to which keys. */
@Command(
        name = "envelope",
        description = "Look after the keys that devices seal to, and open what is sealed to yours.")
public final class EnvelopeCommand {

    private static final String KEY = "Its id, short id or sha256, as list shows them.";

    private static final Columns KEYS =
            Columns.none()
                    .and("SHORT ID", "shortId")
                    .and("HOLDER", "holder")
                    .and("CREATED", "createdAt")
                    .and("OPENS UNTIL", "opensUntil")
                    .and("SHA256", "sha256")
                    .and("ID", "id");
    private static final Columns SHOWN =
            KEYS.and("PUBLIC KEY", "publicKey").and("SEALED TO UNTIL", "sealedToUntil");
    private static final Columns MADE =
            Columns.none()
                    .and("FILE", "file")
                    .and("PUBLIC KEY", "publicKey")
                    .and("SHA256", "sha256");
    private static final Columns READINGS =
            Columns.none()
                    .and("AT", "at")
                    .and("TYPE", "type")
                    .and("FORM", "form")
                    .and("OPENED", "opened")
                    .and("READING", "reading")
                    .and("EVENT", "event");

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public EnvelopeCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = {
                "Show the public halves of the keys that the organization's devices seal to. The sha256 is what a",
                "device is given beforehand, so that it takes no other key."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater envelope list")
    void list() {
        try (ApiClient api = server.connect()) {
            server.printPage(api.send(ApiRequest.get("envelope-keys")), KEYS, "envelope", "list");
        }
    }

    @Command(
            description = {
                "Enter a key of the organization's own, by its public half. Devices of products that seal to the",
                "organization seal to the newest one, if they were given its sha256 beforehand. The server cannot",
                "open what is sealed to it."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater envelope add --key reef.key",
                "  breakwater envelope add QxDul9iMwfCIpVdsd6sM9cOseX89lROcbIS1QpxZZio="
            })
    void add(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "PUBLIC-KEY",
                            description = "The 32 bytes of an X25519 key as base64.")
                    Optional<String> publicKey,
            @Option(
                            names = "--key",
                            paramLabel = "FILE",
                            description =
                                    "A file of new-key instead; its private half stays in it.")
                    Optional<Path> file) {
        if (publicKey.isPresent() == file.isPresent()) {
            throw new CommandFailed(
                    ExitCode.USAGE, "say which key: either the public key or --key FILE");
        }
        String entered =
                publicKey.orElseGet(
                        () -> base64(new EnvelopeKeyFile(file.orElseThrow()).published()));
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("publicKey", entered);
        try (ApiClient api = server.connect()) {
            ApiAnswer made = api.send(ApiRequest.create(body, "envelope-keys"));
            server.print(made, SHOWN);
            server.terminal()
                    .say(
                            "Entered the key. Devices need its sha256 in the envelopeKeys of their"
                                    + " provisioning file.");
            server.terminal().next("product", "sealing", "PRODUCT", "--recipient", "organization");
        }
    }

    @Command(
            description = {
                "Make another key of the server the current one. Those before it open for a while, and are then",
                "destroyed: what is kept sealed to them opens no more, for nobody."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater envelope rotate --others-open 30d")
    void rotate(
            @Option(
                            names = "--others-open",
                            paramLabel = "TIME",
                            description =
                                    "How long those before it open; as long as readings are kept, and a day,"
                                            + " if not given.")
                    Optional<Duration> others) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        others.ifPresent(time -> body.put("othersOpenSeconds", time.toSeconds()));
        try (ApiClient api = server.connect()) {
            server.print(api.send(ApiRequest.create(body, "envelope-keys", "rotations")), SHOWN);
            server.terminal()
                    .say("Devices seal to this key once they have connected or told something.");
            server.terminal().next("envelope", "list");
        }
    }

    @Command(
            description = {
                "Take a key off: nothing more is taken that is sealed to it. Where the server has the private half,",
                "it is destroyed at once. The server's current key is rotated first."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater envelope retire 9e2afa15b453d872")
    void retire(@Parameters(paramLabel = "KEY", description = KEY) String key) {
        try (ApiClient api = server.connect()) {
            server.print(api.send(ApiRequest.delete("envelope-keys", keyId(api, key))), KEYS);
            server.terminal().say("Retired the key " + key + ".");
            server.terminal().next("envelope", "list");
        }
    }

    private static String keyId(ApiClient api, String key) {
        for (JsonNode item : api.send(ApiRequest.get("envelope-keys")).json().path("items")) {
            if (Stream.of("id", "shortId", "sha256")
                    .anyMatch(name -> item.path(name).asString("").equals(key))) {
                return item.path("id").asString();
            }
        }
        throw new CommandFailed(
                ExitCode.REFUSED,
                "there is no key '" + key + "'; breakwater envelope list shows what there is");
    }

    @Command(
            name = "new-key",
            description = {
                "Make a key of the organization's own. The private half goes into a file that only you can read,",
                "sealed with a passphrase that is asked for at the terminal, or read from standard input. Whoever",
                "loses the file or the passphrase loses what is sealed to it. Needs no server."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater envelope new-key reef.key")
    void newKey(
            @Parameters(
                            paramLabel = "FILE",
                            description = "The file to be made; one that is there is not replaced.")
                    Path file) {
        server.refuseProfile("envelope new-key asks no server and needs no profile");
        SecretText passphrase =
                SecretOfKey.of(server.keyboard().newSecret("A passphrase for the key"));
        RecipientKey made = new EnvelopeKeyFile(file).create(passphrase);
        passphrase.destroy();
        ObjectNode shown =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("file", file.toString())
                        .put("publicKey", base64(made))
                        .put("sha256", made.sha256());
        server.print(new ApiAnswer(shown, shown.toString(), "*"), MADE);
        server.terminal()
                .say(
                        "Made a key. Keep a copy of the file and the passphrase, in different places.");
        server.terminal().next("envelope", "add", "--key", file.toString());
    }

    @Command(
            description = {
                "Open telemetry or events that devices sealed to a key of the organization's own: what device",
                "telemetry and device events print with -o json. Needs no server. The passphrase of each key is",
                "asked for at the terminal; without one it is the first line of standard input, before what is to",
                "be opened. Shows the oldest first; what does not open is named and shown as it came."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater device telemetry tank-1 -o json > readings.json",
                "  breakwater envelope open --key reef.key --organization ID --device ID readings.json"
            })
    void open(
            @Mixin OpenOptions options,
            @Parameters(
                            arity = "0..1",
                            defaultValue = GivenText.STANDARD_INPUT,
                            paramLabel = "FILE",
                            description = "The readings; standard input if not given, or -.")
                    Path file) {
        server.refuseProfile("envelope open asks no server and needs no profile");
        SealedReadings readings = options.readings(server.keyboard());
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        var items = page.putArray("items");
        SealedReadings.parse(GivenText.name(file), GivenText.read(file, server.keyboard()))
                .forEach(reading -> items.add(readings.opened(reading)));
        server.print(
                new ApiAnswer(page, page.toString(), "*"),
                json -> READINGS.printRows(json.path("items"), server.terminal()));
        readings.faults().forEach(server.terminal()::say);
        server.terminal().say("Opened " + readings.opened() + " of " + items.size() + ".");
        if (readings.opened() > 0) {
            server.terminal()
                    .say(
                            "What was sealed before and comes again is not taken with: --after "
                                    + readings.highest());
        }
        if (!readings.faults().isEmpty()) {
            throw new CommandFailed(
                    ExitCode.CHECK_FAILED,
                    readings.faults().size() + " did not open; each is named above");
        }
    }

    private static String base64(RecipientKey key) {
        return Base64.getEncoder().encodeToString(key.encoded());
    }
}
