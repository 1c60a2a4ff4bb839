/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.label;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.cli.terminal.GivenText;
import dev.breakwater.protocol.setup.SetupLabel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater label}: what is printed on devices that their owners set up. */
@Command(
        name = "label",
        description = "Enter, show and draw the labels of devices that their owners set up.")
public final class LabelCommand {

    private static final String LABEL = "Its id, or the serial on it.";
    private static final String HASH =
            "SHA-256 of the set-up key's SubjectPublicKeyInfo, in base64url without padding.";
    private static final String ASSURANCE =
            "Where the devices keep their keys, by your word: software-key, unless said otherwise, or"
                    + " hardware-key.";

    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private static final Columns COLUMNS =
            Columns.none()
                    .and("SERIAL", "serial")
                    .and("SET-UP KEY HASH", "setupKeyHash")
                    .and("ASSURANCE", "assurance")
                    .and("ENTERED", "enteredAt")
                    .and("DEVICE", "device")
                    .and("ID", "id");
    private static final Columns SHOWN = COLUMNS.and("PRODUCT", "product");
    private static final Columns IMPORTED = Columns.none().and("LABELS", "labels");
    private static final Columns DRAWN =
            Columns.none()
                    .and("SERIAL", "serial")
                    .and("NETWORK", "network")
                    .and("FILE", "file")
                    .and("PASSPHRASE", "passphrase");

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public LabelCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = {
                "Enter the label of a device. Whoever holds the device can set it up from now on.",
                "Entering the very same label again changes nothing."
            },
            footerHeading = "%nExample:%n",
            footer = {
                "  breakwater label add tank-1 ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0 \\",
                "      --product \"Smart fish tank\""
            })
    void add(
            @Parameters(index = "0", paramLabel = "SERIAL", description = "The serial on it.")
                    String serial,
            @Parameters(index = "1", paramLabel = "HASH", description = HASH) String key,
            @Option(
                            names = "--product",
                            required = true,
                            paramLabel = "PRODUCT",
                            description = "What the device is, by id or name.")
                    String product,
            @Option(names = "--assurance", paramLabel = "LEVEL", description = ASSURANCE)
                    Optional<String> assurance) {
        ObjectNode body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("serial", serial)
                        .put("setupKeyHash", key);
        assurance.ifPresent(level -> body.put("assurance", level));
        try (ApiClient api = server.connect()) {
            body.put("product", Names.productId(api, product));
            server.print(api.send(ApiRequest.create(body, "device-labels")), SHOWN);
            server.terminal().say("Entered the label of " + serial + ".");
            server.terminal().next("label", "draw", serial, "--network", "NAME", "--to", "FILE");
        }
    }

    @Command(
            name = "import",
            description = {
                "Enter the labels of a file. Each line is a serial, a comma and the hash of its set-up key, or an",
                "object with serial and setupKeyHash in JSON. Nothing is entered before each line is a label; then",
                "a thousand are entered at once. It can be run again: what stands already is left as it is."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater label import batch-7.csv --product \"Smart fish tank\"",
                "  factory-export | breakwater label import - --product \"Smart fish tank\""
            })
    void importFile(
            @Parameters(paramLabel = "FILE", description = "The list, or - for standard input.")
                    Path file,
            @Option(
                            names = "--product",
                            required = true,
                            paramLabel = "PRODUCT",
                            description = "What the devices are, by id or name.")
                    String product,
            @Option(names = "--assurance", paramLabel = "LEVEL", description = ASSURANCE)
                    Optional<String> assurance,
            @Option(
                            names = "--from-line",
                            defaultValue = "1",
                            paramLabel = "LINE",
                            description = "Go on here, where an import before has stopped.")
                    int from) {
        List<LabelLine> labels =
                LabelList.parse(
                                GivenText.name(file),
                                GivenText.read(file, server.keyboard()),
                                server.terminal())
                        .stream()
                        .filter(label -> label.number() >= from)
                        .toList();
        List<String> again = new ArrayList<>(List.of("label", "import", file.toString()));
        again.addAll(List.of("--product", product));
        assurance.ifPresent(level -> again.addAll(List.of("--assurance", level)));
        try (ApiClient api = server.connect()) {
            LabelImport entering =
                    new LabelImport(
                            api,
                            server.terminal(),
                            Names.productId(api, product),
                            assurance,
                            again);
            ObjectNode done = entering.enter(labels);
            server.print(new ApiAnswer(done, done.toString(), "*"), IMPORTED);
            if (!done.path("refused").isEmpty()) {
                throw new CommandFailed(
                        ExitCode.REFUSED,
                        "%d of %d labels were not entered"
                                .formatted(done.path("refused").size(), labels.size()));
            }
            server.terminal().next("label", "list");
        }
    }

    @Command(
            description = "Show labels in the order in which they were entered.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater label list --limit 100")
    void list(@Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(page.of(ApiRequest.get("device-labels")));
            server.printPage(answer, COLUMNS, "label", "list");
        }
    }

    @Command(
            description = "Show one label, and the device that was set up by it.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater label show tank-1")
    void show(@Parameters(paramLabel = "LABEL", description = LABEL) String label) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(ApiRequest.get("device-labels", labelId(api, label)));
            server.print(answer, SHOWN);
            JsonNode json = answer.json();
            server.terminal()
                    .next(
                            "device",
                            "standing",
                            json.path("serial").asString(""),
                            json.path("setupKeyHash").asString(""));
        }
    }

    @Command(
            description = {
                "Withdraw a label: nobody sets the device up by it from now on. A device that belongs to somebody",
                "is revoked first."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater label remove tank-1")
    void remove(@Parameters(paramLabel = "LABEL", description = LABEL) String label) {
        try (ApiClient api = server.connect()) {
            ApiRequest request = ApiRequest.delete("device-labels", labelId(api, label));
            server.print(api.send(request), COLUMNS);
            server.terminal().say("Withdrew the label " + label + ".");
            server.terminal().next("label", "list");
        }
    }

    @Command(
            description = {
                "Draw a label's QR code, a PNG to be printed. The passphrase of the network that the device opens",
                "for its set-up is asked for at the terminal, or read from standard input, or made up; the server",
                "is not told. It is in the picture, so that the file is readable by you only."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater label draw tank-1 --network tank-1 --to tank-1.png --new-passphrase",
                "  breakwater label draw tank-1 --network tank-1 --to tank-1.png < passphrase"
            })
    void draw(
            @Parameters(paramLabel = "SERIAL", description = "The serial on it.") String serial,
            @Option(
                            names = "--network",
                            required = true,
                            paramLabel = "NAME",
                            description = "The name of the device's own network.")
                    String network,
            @Option(
                            names = "--to",
                            required = true,
                            paramLabel = "FILE",
                            description = "The file to be made; one that is there is not replaced.")
                    Path file,
            @Option(
                            names = "--key",
                            paramLabel = "HASH",
                            description = HASH + " If not given, that of the label on the server.")
                    Optional<String> key,
            @Option(
                            names = "--new-passphrase",
                            description = "Make a passphrase up, and show it this once.")
                    boolean makesPassphrase,
            @Option(
                            names = "--pixels",
                            defaultValue = "8",
                            paramLabel = "COUNT",
                            description = "How wide a module is; ${DEFAULT-VALUE} if not given.")
                    int pixels) {
        String hash = key.orElseGet(() -> keyOnTheServer(serial));
        String passphrase =
                makesPassphrase
                        ? LabelDrawing.freshPassphrase()
                        : server.keyboard().newSecret("Passphrase of the device's network");
        SetupLabel label = LabelDrawing.label(network, passphrase, serial, hash);
        LabelDrawing.draw(label, pixels, file);
        ObjectNode drawn =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("serial", serial)
                        .put("network", network)
                        .put("file", file.toString());
        if (makesPassphrase) {
            drawn.put("passphrase", passphrase);
        }
        server.print(new ApiAnswer(drawn, drawn.toString(), "*"), DRAWN);
        server.terminal()
                .say(
                        "Drew the label into "
                                + file
                                + ", readable by you only: it says the passphrase.");
        server.terminal().next("label", "show", serial);
    }

    private String keyOnTheServer(String serial) {
        try (ApiClient api = server.connect()) {
            return bySerial(api, serial).path("setupKeyHash").asString("");
        }
    }

    private static String labelId(ApiClient api, String idOrSerial) {
        return ID.matcher(idOrSerial).matches()
                        && api.find(ApiRequest.get("device-labels", idOrSerial)).isPresent()
                ? idOrSerial
                : bySerial(api, idOrSerial).path("id").asString();
    }

    private static JsonNode bySerial(ApiClient api, String serial) {
        JsonNode items =
                api.send(ApiRequest.get("device-labels").with("serial", serial))
                        .json()
                        .path("items");
        if (items.size() != 1) {
            throw new CommandFailed(
                    ExitCode.REFUSED,
                    "there is no label with the id or serial '"
                            + serial
                            + "'; breakwater label list shows what there is");
        }
        return items.path(0);
    }
}
