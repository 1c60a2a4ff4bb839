/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system.revocation;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.cli.client.Profile;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.RunningServer;
import dev.breakwater.server.account.FirstSetup;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A person who uses the API, over connections of their own. */
final class Operator implements AutoCloseable {

    private static final int PAGE_ROWS = 200;
    private static final String OWNER = "bob@home.example";
    private static final String PASSWORD = "kettle orbit walnut seven fjord";

    private final Profile profile;
    private final ApiClient api;

    private Operator(Profile profile) {
        this.profile = profile;
        this.api = ApiClient.of(profile);
    }

    /** How the API shows a device at a moment. */
    record Standing(String status, boolean connected) {

        static final Standing CUT_OFF = new Standing("revoked", false);
        static final Standing SUSPENDED = new Standing("suspended", false);
        static final Standing AT_WORK = new Standing("active", true);

        private static Standing of(JsonNode device) {
            return new Standing(
                    device.path("status").asString(), device.path("connected").asBoolean());
        }
    }

    /** Becomes the administrator of a new server. */
    static Operator setUp(RunningServer server) {
        if (!(server.setup() instanceof FirstSetup.Announcement.NewCode(var code, _))) {
            throw new AssertionError("a new server announces a setup code");
        }
        URI address = URI.create("https://localhost:" + server.listeners().api());
        Fingerprint root = Fingerprint.of(server.root());
        try (ApiClient anonymous = ApiClient.withoutToken(address, root)) {
            ObjectNode request =
                    object().put("code", code.reveal())
                            .put("organizationName", "Reef")
                            .put("tokenName", "revocation drill");
            JsonNode done = anonymous.send(ApiRequest.post(request, "setup")).json();
            return new Operator(new Profile(address, root, done.at("/token/secret").asString()));
        }
    }

    /** A colleague with the same permissions. */
    Operator colleague() {
        return new Operator(profile);
    }

    /** A customer who has just joined and logged in, and whose these devices are. */
    Operator owner(Collection<DeviceId> devices) {
        ObjectNode invited = object().put("email", OWNER).put("role", "device-owner");
        String code =
                api.send(ApiRequest.create(invited, "invitations")).json().path("code").asString();
        try (ApiClient anonymous = ApiClient.withoutToken(profile.server(), profile.root())) {
            ObjectNode accepted =
                    object().put("code", code).put("name", "Bob").put("password", PASSWORD);
            String member =
                    anonymous
                            .send(ApiRequest.post(accepted, "invitations", "acceptance"))
                            .json()
                            .path("id")
                            .asString();
            for (DeviceId device : devices) {
                ObjectNode entered = object().put("memberId", member);
                api.send(ApiRequest.post(entered, "devices", device.toString(), "owners"));
            }
            ObjectNode shown = object().put("email", OWNER).put("password", PASSWORD);
            JsonNode session = anonymous.send(ApiRequest.post(shown, "sessions")).json();
            return new Operator(
                    new Profile(
                            profile.server(),
                            profile.root(),
                            session.path("accessToken").asString()));
        }
    }

    /** Reports one's own device stolen. */
    void reportStolen(DeviceId device) {
        api.send(ApiRequest.post("me", "devices", device.toString(), "theft-report"));
    }

    /** A new product's code, good once for each of these devices. */
    String createEnrollmentCode(Collection<DeviceSerial> serials) {
        String product =
                api.send(ApiRequest.create(object().put("name", "Drilled"), "products"))
                        .json()
                        .path("id")
                        .asString();
        ObjectNode request = object().put("product", product).put("validitySeconds", 3_600);
        ArrayNode list = request.putArray("serials");
        serials.forEach(serial -> list.add(serial.text()));
        return api.send(ApiRequest.create(request, "enrollment-codes"))
                .json()
                .path("secret")
                .asString();
    }

    /** Revokes, and returns how the answer shows the device. */
    Standing revoke(DeviceId device) {
        ObjectNode reason = object().put("reason", "revocation drill");
        return Standing.of(
                api.send(ApiRequest.post(reason, "devices", device.toString(), "revocation"))
                        .json());
    }

    Standing standing(DeviceId device) {
        return Standing.of(api.send(ApiRequest.get("devices", device.toString())).json());
    }

    /** The whole audit log of the organization, newest first. */
    List<JsonNode> auditEntries() {
        List<JsonNode> entries = new ArrayList<>();
        ApiRequest first = ApiRequest.get("audit-entries").with("limit", PAGE_ROWS);
        ApiRequest next = first;
        while (true) {
            JsonNode page = api.send(next).json();
            page.path("items").forEach(entries::add);
            String cursor = page.path("nextCursor").asString("");
            if (cursor.isEmpty()) {
                return entries;
            }
            next = first.with("cursor", cursor);
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public void close() {
        api.close();
    }
}
