/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.device;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Assignments;
import dev.breakwater.cli.terminal.Columns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater device}: single devices, and who is let in. */
@Command(name = "device", description = "Look at devices, steer them, and cut them off.")
public final class DeviceCommand {

    private static final String DEVICE = "Its id or its serial.";

    private static final Columns LISTED =
            Columns.none()
                    .and("SERIAL", "serial")
                    .and("STATUS", "status")
                    .and("CONNECTED", "connected")
                    .and("LAST CONNECTED", "lastConnectedAt")
                    .and("ID", "id")
                    .and("TAGS", "tags")
                    .and("REASON", "statusReason");
    private static final Columns SHOWN =
            LISTED.and("PRODUCT", "product").and("CREATED", "createdAt").and("VERSION", "version");
    private static final Columns CERTIFICATES =
            Columns.none()
                    .and("GENERATION", "generation")
                    .and("STATUS", "status")
                    .and("ASSURANCE", "assurance")
                    .and("ATTESTED", "attestedAt")
                    .and("NOT BEFORE", "notBefore")
                    .and("NOT AFTER", "notAfter")
                    .and("SERIAL NUMBER", "serialNumber")
                    .and("FINGERPRINT", "fingerprint");

    private static final Columns CHANNEL =
            Columns.none()
                    .and("CONNECTED", "connected")
                    .and("SINCE", "connection/since")
                    .and("FROM", "connection/source")
                    .and("TRANSPORT", "connection/transport")
                    .and("MQTT", "connection/mqttVersion")
                    .and("TLS", "connection/tlsVersion")
                    .and("CIPHER SUITE", "connection/cipherSuite")
                    .and("KEY EXCHANGE", "connection/keyExchange")
                    .and("TLS RESUMED", "connection/resumed")
                    .and("PACKETS PER SECOND", "connection/packetsPerSecond")
                    .and("  QUOTA", "quota/publishesPerSecond")
                    .and("BYTES PER SECOND", "connection/bytesPerSecond")
                    .and("  QUOTA", "quota/bytesPerSecond")
                    .and("SLOWED SINCE", "slowedSince")
                    .and("SLOWED BY", "slowedBy")
                    .and("TIMES SLOWED", "slowed")
                    .and("TIMES TOLD", "told")
                    .and("TIMES CUT OFF", "cut")
                    .and("TIMES TURNED AWAY", "turnedAway")
                    .and("WAITS UNTIL", "waitsUntil")
                    .and("LAST REFUSAL", "lastRefusal/reason")
                    .and("  AT", "lastRefusal/at");
    private static final Columns TELEMETRY =
            Columns.none().and("AT", "at").and("FORM", "form").and("READING", "reading");
    private static final Columns EVENTS =
            Columns.none()
                    .and("AT", "at")
                    .and("TYPE", "type")
                    .and("FORM", "form")
                    .and("EVENT", "event");

    static final Columns TOKEN =
            Columns.none()
                    .and("DEVICE", "token/device")
                    .and("GENERATION", "token/generation")
                    .and("EXPIRES", "token/expiresAt")
                    .and("TOKEN", "secret");

    @Mixin private final ServerOptions server;

    /** What a device can be; the server decides what it may become. */
    enum Status {
        ACTIVE,
        SUSPENDED,
        QUARANTINED,
        REVOKED;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** With the options that lead to the server. */
    public DeviceCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = "Show devices in the order in which they enrolled.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater device list --status quarantined",
                "  breakwater device list --product \"Smart fish tank\" --tag site=berlin",
                "  breakwater device list --tag beta -o json"
            })
    void list(
            @Option(
                            names = "--product",
                            paramLabel = "PRODUCT",
                            description = "Only those of this product, by id or name.")
                    Optional<String> product,
            @Option(
                            names = "--status",
                            description = "Only those that are one of ${COMPLETION-CANDIDATES}.")
                    Optional<Status> status,
            @Option(
                            names = "--tag",
                            paramLabel = "TAG",
                            description = "Only those that are tagged so.")
                    Optional<String> tag,
            @Mixin PageOptions page) {
        List<String> again = new ArrayList<>(List.of("device", "list"));
        product.ifPresent(name -> again.addAll(List.of("--product", name)));
        status.ifPresent(wanted -> again.addAll(List.of("--status", wanted.code())));
        tag.ifPresent(wanted -> again.addAll(List.of("--tag", wanted)));
        try (ApiClient api = server.connect()) {
            ApiRequest request =
                    page.of(ApiRequest.get("devices"))
                            .with("product", product.map(name -> Names.productId(api, name)))
                            .with("status", status.map(Status::code))
                            .with("tag", tag);
            server.printPage(api.send(request), LISTED, again.toArray(String[]::new));
        }
    }

    @Command(
            description = "Show one device.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater device show tank-1")
    void show(@Parameters(paramLabel = "DEVICE", description = DEVICE) String device) {
        try (ApiClient api = server.connect()) {
            server.print(api.send(ApiRequest.get("devices", Names.deviceId(api, device))), SHOWN);
            server.terminal().next("device", "state", device);
        }
    }

    @Command(
            description = "Show all certificates a device ever had, newest first.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater device certificates tank-1")
    void certificates(
            @Parameters(paramLabel = "DEVICE", description = DEVICE) String device,
            @Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            String id = Names.deviceId(api, device);
            ApiAnswer answer = api.send(page.of(ApiRequest.get("devices", id, "certificates")));
            server.printPage(answer, CERTIFICATES, "device", "certificates", device);
        }
    }

    @Command(
            description = "Show how a device is connected, what it may use and what it uses.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater device channel tank-1")
    void channel(@Parameters(paramLabel = "DEVICE", description = DEVICE) String device) {
        try (ApiClient api = server.connect()) {
            String id = Names.deviceId(api, device);
            server.print(api.send(ApiRequest.get("devices", id, "channel")), CHANNEL);
            server.terminal().next("device", "show", device);
        }
    }

    @Command(
            description = "Take a device off for a while. Its live session is closed at once.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater device suspend tank-1 --reason \"owner moves house\"")
    void suspend(
            @Parameters(paramLabel = "DEVICE", description = DEVICE) String device,
            @Mixin Reason reason) {
        change(device, "suspension", reason, "Suspended");
        server.terminal().next("device", "reinstate", device, "--reason", "REASON");
    }

    @Command(
            description = {
                "Take a suspicious device off until somebody has looked at it.",
                "Its live session is closed at once."
            },
            footerHeading = "%nExample:%n",
            footer =
                    "  breakwater device quarantine tank-1 --reason \"reports from two continents\"")
    void quarantine(
            @Parameters(paramLabel = "DEVICE", description = DEVICE) String device,
            @Mixin Reason reason) {
        change(device, "quarantine", reason, "Quarantined");
        server.terminal().next("device", "events", device);
    }

    @Command(
            description = {
                "Cut a device off for good: its session is closed, its certificates are revoked and its",
                "waiting commands dropped. Only a new enrollment brings the hardware back."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater device revoke tank-1 --reason stolen")
    void revoke(
            @Parameters(paramLabel = "DEVICE", description = DEVICE) String device,
            @Mixin Reason reason) {
        change(device, "revocation", reason, "Revoked");
        server.terminal().next("device", "certificates", device);
    }

    @Command(
            description = "Let a suspended or quarantined device back in.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater device reinstate tank-1 --reason \"sensor was replaced\"")
    void reinstate(
            @Parameters(paramLabel = "DEVICE", description = DEVICE) String device,
            @Mixin Reason reason) {
        change(device, "reinstatement", reason, "Reinstated");
        server.terminal().next("device", "show", device);
    }

    @Command(
            description = "Show what a device reports, what it is to become, and the difference.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater device state tank-1")
    void state(@Parameters(paramLabel = "DEVICE", description = DEVICE) String device) {
        try (ApiClient api = server.connect()) {
            String id = Names.deviceId(api, device);
            server.print(
                    api.send(ApiRequest.get("devices", id, "state")),
                    twin -> TwinText.print(twin, server.terminal()));
            server.terminal().next("device", "desire", device, "NAME=VALUE");
        }
    }

    @Command(
            description = {
                "Change what a device is to become. A connected device is told at once, another when it",
                "returns. A value that reads as JSON is taken as JSON, anything else as text; null removes."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater device desire tank-1 light=on brightness=70",
                "  breakwater device desire tank-1 schedule='{\"feed\":[\"08:00\",\"18:00\"]}' mode=null",
                "  breakwater device desire tank-1 brightness=70 --if-version 12"
            })
    void desire(
            @Parameters(index = "0", paramLabel = "DEVICE", description = DEVICE) String device,
            @Parameters(
                            index = "1..*",
                            arity = "1..*",
                            paramLabel = "NAME=VALUE",
                            description = "What is to change; the rest stays as it is.")
                    List<String> changes,
            @Option(
                            names = "--if-version",
                            paramLabel = "VERSION",
                            description =
                                    "Only if the desired state still has this version, as state shows it.")
                    Optional<Long> version) {
        JsonNode patch = Assignments.object(changes);
        try (ApiClient api = server.connect()) {
            ApiRequest request =
                    ApiRequest.patch(
                                    patch,
                                    "devices",
                                    Names.deviceId(api, device),
                                    "state",
                                    "desired")
                            .onlyIf(version.map(number -> "\"" + number + "\"").orElse("*"));
            server.print(api.send(request), twin -> TwinText.print(twin, server.terminal()));
            server.terminal().say("Changed the desired state of " + device + ".");
            server.terminal().next("device", "state", device);
        }
    }

    @Command(
            description = "Show what a device measured, newest first.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater device telemetry tank-1 --limit 10",
                "  breakwater device telemetry tank-1 --from 2026-11-22T00:00:00Z --oldest-first"
            })
    void telemetry(
            @Parameters(paramLabel = "DEVICE", description = DEVICE) String device,
            @Mixin Past past,
            @Mixin PageOptions page) {
        print(device, "telemetry", past, page, TELEMETRY);
    }

    @Command(
            description = "Show what happened to a device, newest first.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater device events tank-1 --from 2026-11-22T00:00:00Z")
    void events(
            @Parameters(paramLabel = "DEVICE", description = DEVICE) String device,
            @Mixin Past past,
            @Mixin PageOptions page) {
        print(device, "events", past, page, EVENTS);
    }

    @Command(
            description = {
                "Make a device that proves itself by a token instead of a certificate. Only for products whose risk",
                "profile permits it. The token is shown this once."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater device register --product \"Inventory beacon\" beacon-1")
    void register(
            @Parameters(paramLabel = "SERIAL", description = "The maker's name for it.")
                    String serial,
            @Option(
                            names = "--product",
                            required = true,
                            paramLabel = "PRODUCT",
                            description = "What it is, by id or name.")
                    String product,
            @Option(
                            names = "--expires",
                            paramLabel = "TIME",
                            description =
                                    "How long its token is good for; 90d unless said otherwise.")
                    Optional<Duration> expires) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("serial", serial);
        expires.ifPresent(time -> body.put("validitySeconds", time.toSeconds()));
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            server.print(api.send(ApiRequest.create(body, "products", id, "devices")), TOKEN);
            server.terminal()
                    .say(
                            "Made the device "
                                    + serial
                                    + ". Keep its token: the server has only a hash.");
            server.terminal().next("device", "token", "list", serial);
        }
    }

    private void print(String device, String what, Past past, PageOptions page, Columns columns) {
        List<String> again = new ArrayList<>(List.of("device", what, device));
        again.addAll(past.words());
        try (ApiClient api = server.connect()) {
            ApiRequest listing = ApiRequest.get("devices", Names.deviceId(api, device), what);
            ApiAnswer answer = api.send(page.of(past.of(listing)));
            server.printPage(answer, columns, again.toArray(String[]::new));
        }
    }

    private void change(String device, String change, Reason reason, String done) {
        try (ApiClient api = server.connect()) {
            ApiRequest request =
                    ApiRequest.post(
                            JsonNodeFactory.instance.objectNode().put("reason", reason.text()),
                            "devices",
                            Names.deviceId(api, device),
                            change);
            server.print(api.send(request), SHOWN);
            server.terminal().say(done + " the device " + device + ".");
        }
    }
}
