/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.cli.client.Profile;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.server.RunningServer;
import dev.breakwater.server.account.FirstSetup;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The person who uses the API, by the command line's own client. */
final class Administrator implements AutoCloseable {

    private static final int PAGE_ROWS = 200;
    private static final int TELEMETRY_PAGE_ROWS = 1_000;

    private final Profile profile;
    private final ApiClient api;

    private Administrator(Profile profile) {
        this.profile = profile;
        this.api = ApiClient.of(profile);
    }

    /** Becomes the administrator of a new server with its setup code. */
    static Administrator setUp(ServerProcess server) throws InterruptedException {
        return setUp(server.api(), server.root(), server.setupCode());
    }

    /** Becomes the administrator of a new server that runs in this process. */
    static Administrator setUp(RunningServer server) {
        if (!(server.setup() instanceof FirstSetup.Announcement.NewCode(var code, _))) {
            throw new AssertionError("a new server announces a setup code");
        }
        return setUp(
                URI.create("https://localhost:" + server.listeners().api()),
                Fingerprint.of(server.root()),
                code.reveal());
    }

    private static Administrator setUp(URI address, Fingerprint root, String code) {
        try (ApiClient anonymous = ApiClient.withoutToken(address, root)) {
            ObjectNode request =
                    object().put("code", code)
                            .put("organizationName", "Reef")
                            .put("tokenName", "system test");
            JsonNode done = anonymous.send(ApiRequest.post(request, "setup")).json();
            String token = done.at("/token/secret").asString();
            return new Administrator(new Profile(address, root, token));
        }
    }

    /** The same person with new connections, as after a restart of the server. */
    Administrator again() {
        return new Administrator(profile);
    }

    /** The same person at a server that was made out of a backup of the first. */
    Administrator at(ServerProcess restored) {
        return new Administrator(new Profile(restored.api(), restored.root(), token()));
    }

    /** Where the server is, and this person's token; a secret. */
    Profile profile() {
        return profile;
    }

    /** The token that is shown with every request; a secret. */
    String token() {
        return profile.token().orElseThrow();
    }

    /** Makes another token and returns its secret. */
    String createToken(String name) {
        ObjectNode request = object().put("name", name).put("role", "auditor");
        return api.send(ApiRequest.create(request, "tokens")).json().path("secret").asString();
    }

    String createProduct(String name) {
        return api.send(ApiRequest.create(object().put("name", name), "products"))
                .json()
                .path("id")
                .asString();
    }

    /**
     * Enters the endorsement key of one TPM, by the SHA-256 of its SubjectPublicKeyInfo; returns
     * the entry's id.
     */
    String believeTpm(String sha256) {
        return api.send(ApiRequest.create(object().put("sha256", sha256), "endorsement-keys"))
                .json()
                .path("id")
                .asString();
    }

    /** Takes a TPM out of the list again. */
    void believeTpmNoMore(String entry) {
        api.send(ApiRequest.delete("endorsement-keys", entry));
    }

    void setRiskProfile(String product, String profile) {
        ObjectNode wanted = object().put("riskProfile", profile);
        api.send(ApiRequest.put(wanted, "products", product, "risk-profile").onlyIf("*"));
    }

    /** From now on its devices' telemetry and events have to be sealed, to the server. */
    void requireSealing(String product) {
        ObjectNode wanted = object().put("sealing", "required").put("recipient", "server");
        api.send(ApiRequest.put(wanted, "products", product, "sealing").onlyIf("*"));
    }

    /** A code that is good once for each of these devices. */
    String createEnrollmentCode(String product, Collection<String> serials) {
        return createEnrollmentCode(product, serials, "software-key");
    }

    /** The same, with the word for it that the devices' keys are as sure as this. */
    String createEnrollmentCode(String product, Collection<String> serials, String assurance) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        serials.forEach(list::add);
        ObjectNode request = object().put("product", product).put("validitySeconds", 86_400);
        request.put("assurance", assurance).set("serials", list);
        return api.send(ApiRequest.create(request, "enrollment-codes"))
                .json()
                .path("secret")
                .asString();
    }

    /** Enters the label of a device that a customer is to set up. */
    void enterLabel(String product, SetupLabel label) {
        ObjectNode request =
                object().put("product", product)
                        .put("serial", label.serial().text())
                        .put("setupKeyHash", label.key().text());
        api.send(ApiRequest.create(request, "device-labels"));
    }

    /** Takes back the label of a device that nobody owns. */
    void withdrawLabel(String serial) {
        for (JsonNode label : all(ApiRequest.get("device-labels"), PAGE_ROWS)) {
            if (label.path("serial").asString().equals(serial)) {
                api.send(ApiRequest.delete("device-labels", label.path("id").asString()));
            }
        }
    }

    /** Lets a customer in, who has this password from then on. */
    void join(String email, String password) {
        ObjectNode invited = object().put("email", email).put("role", "device-owner");
        String code =
                api.send(ApiRequest.create(invited, "invitations")).json().path("code").asString();
        try (ApiClient anonymous = ApiClient.withoutToken(profile.server(), profile.root())) {
            ObjectNode accepted =
                    object().put("code", code).put("name", "Bob").put("password", password);
            anonymous.send(ApiRequest.post(accepted, "invitations", "acceptance"));
        }
    }

    /** A customer who has joined, with an access token of their own. */
    Administrator logIn(String email, String password) {
        try (ApiClient anonymous = ApiClient.withoutToken(profile.server(), profile.root())) {
            ObjectNode shown = object().put("email", email).put("password", password);
            String token =
                    anonymous
                            .send(ApiRequest.post(shown, "sessions"))
                            .json()
                            .path("accessToken")
                            .asString();
            return new Administrator(new Profile(profile.server(), profile.root(), token));
        }
    }

    /** Gives back a device of one's own. */
    void release(String device) {
        api.send(ApiRequest.post("me", "devices", device, "release"));
    }

    /** What became of the devices that one has given away. */
    List<JsonNode> givenAway() {
        return all(ApiRequest.get("me", "given-away-devices"), PAGE_ROWS);
    }

    JsonNode owners(String device) {
        return api.send(ApiRequest.get("devices", device, "owners")).json().path("items");
    }

    /** What the audit log says was done with a device, the newest first. */
    List<String> actions(String device) {
        return all(ApiRequest.get("audit-entries"), PAGE_ROWS).stream()
                .filter(entry -> entry.path("subject").asString().equals("device:" + device))
                .map(entry -> entry.path("action").asString())
                .toList();
    }

    /**
     * The reasons that stand in the audit log for what was refused, the newest first. A refusal is
     * stored with the group of changes that follows it, and the log is written in order, so a
     * change made here comes behind all that was refused before.
     */
    List<String> refusals() {
        createProduct("Behind what was refused " + UUID.randomUUID());
        return all(ApiRequest.get("audit-entries"), PAGE_ROWS).stream()
                .filter(entry -> entry.path("action").asString().endsWith(".refused"))
                .map(entry -> entry.at("/details/reason").asString(""))
                .toList();
    }

    JsonNode device(String serial) {
        return api.send(ApiRequest.get("devices").with("serial", serial)).json().at("/items/0");
    }

    JsonNode certificates(String device) {
        return api.send(ApiRequest.get("devices", device, "certificates")).json().path("items");
    }

    /** All readings of a device that are kept. */
    List<JsonNode> telemetry(String device) {
        return all(ApiRequest.get("devices", device, "telemetry"), TELEMETRY_PAGE_ROWS);
    }

    /** All events of a device that are kept. */
    List<JsonNode> events(String device) {
        return all(ApiRequest.get("devices", device, "events"), PAGE_ROWS);
    }

    /** The state that a device has reported. */
    JsonNode reported(String device) {
        return api.send(ApiRequest.get("devices", device, "state")).json().at("/reported/state");
    }

    /** Desires another state of a device. */
    void desire(String device, ObjectNode patch) {
        api.send(ApiRequest.patch(patch, "devices", device, "state", "desired").onlyIf("*"));
    }

    /** All commands of a device that are kept. */
    List<JsonNode> commands(String device) {
        return all(ApiRequest.get("devices", device, "commands"), PAGE_ROWS);
    }

    /** Sends a command and returns its id: the server has promised it then. */
    String sendCommand(String device, String name, ObjectNode arguments) {
        ObjectNode request = object().put("name", name);
        request.set("arguments", arguments);
        return api.send(ApiRequest.post(request, "devices", device, "commands"))
                .json()
                .path("id")
                .asString();
    }

    /** The command as it stands when it has ended, or after the wait. */
    JsonNode awaitCommand(String device, String command, Duration wait) {
        return api.send(
                        ApiRequest.get("devices", device, "commands", command)
                                .with("wait", wait.toSeconds())
                                .waiting(wait))
                .json();
    }

    /** Findings of one kind. */
    List<JsonNode> findings(String kind) {
        return all(ApiRequest.get("findings").with("kind", kind), PAGE_ROWS);
    }

    /** Devices that wait for an operator. */
    List<JsonNode> waiting() {
        return all(ApiRequest.get("pending-enrollments"), PAGE_ROWS);
    }

    void approve(String waiting) {
        api.send(ApiRequest.post("pending-enrollments", waiting, "approval"));
    }

    void deny(String waiting) {
        ObjectNode reason = object().put("reason", "system test");
        api.send(ApiRequest.post(reason, "pending-enrollments", waiting, "denial"));
    }

    /** The rollouts, the newest first. */
    JsonNode rollouts() {
        return api.send(ApiRequest.get("rollouts")).json().path("items");
    }

    void revoke(String device) {
        ObjectNode reason = object().put("reason", "system test");
        api.send(ApiRequest.post(reason, "devices", device, "revocation"));
    }

    private List<JsonNode> all(ApiRequest request, int pageRows) {
        List<JsonNode> items = new ArrayList<>();
        ApiRequest next = request.with("limit", pageRows);
        while (true) {
            JsonNode page = api.send(next).json();
            page.path("items").forEach(items::add);
            String cursor = page.path("nextCursor").asString("");
            if (cursor.isEmpty()) {
                return items;
            }
            next = request.with("limit", pageRows).with("cursor", cursor);
        }
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public void close() {
        api.close();
    }
}
