/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.cli.client.Profile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Somebody in the story who uses the API, by the same client as the command line. */
final class Operator implements AutoCloseable {

    private final Profile profile;
    private final ApiClient api;

    private Operator(Profile profile) {
        this.profile = profile;
        this.api = ApiClient.of(profile);
    }

    /** Becomes the administrator with the one-time code. */
    static Operator setUp(URI server, Fingerprint root, String code) {
        try (ApiClient anonymous = ApiClient.withoutToken(server, root)) {
            ObjectNode request =
                    object().put("code", code)
                            .put("organizationName", "Reef & Daughters")
                            .put("tokenName", "demo");
            JsonNode done = anonymous.send(ApiRequest.post(request, "setup")).json();
            return new Operator(new Profile(server, root, done.at("/token/secret").asString()));
        }
    }

    /** Whoever has the token of this profile. */
    static Operator of(Profile profile) {
        return new Operator(profile);
    }

    Profile profile() {
        return profile;
    }

    String createProduct(String name) {
        return api.send(ApiRequest.post(object().put("name", name), "products"))
                .json()
                .path("id")
                .asString();
    }

    /** A one-time code for these devices, as it is shown once. */
    String createEnrollmentCode(String product, String... serials) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        List.of(serials).forEach(list::add);
        ObjectNode request = object().put("product", product).put("validitySeconds", 3_600);
        request.set("serials", list);
        return api.send(ApiRequest.post(request, "enrollment-codes"))
                .json()
                .path("secret")
                .asString();
    }

    JsonNode device(String serial) throws Story.Unexpected {
        JsonNode items = get(ApiRequest.get("devices").with("serial", serial)).path("items");
        Story.expect(items.size() == 1, "the API does not know the device " + serial);
        return items.get(0);
    }

    JsonNode get(ApiRequest request) {
        return api.send(request).json();
    }

    /** A file as the server has it, to the byte. */
    byte[] file(String... segments) {
        return api.send(ApiRequest.get(segments)).text().getBytes(StandardCharsets.UTF_8);
    }

    void send(ApiRequest request) {
        api.send(request);
    }

    /** Sends a command and waits for its end. */
    JsonNode command(String device, String name, ObjectNode arguments, Duration wait) {
        ObjectNode request = object().put("name", name);
        request.set("arguments", arguments);
        JsonNode sent = api.send(ApiRequest.post(request, "devices", device, "commands")).json();
        return get(
                ApiRequest.get("devices", device, "commands", sent.path("id").asString())
                        .with("wait", wait.toSeconds())
                        .waiting(wait));
    }

    void desire(String device, ObjectNode patch) {
        api.send(ApiRequest.patch(patch, "devices", device, "state", "desired").onlyIf("*"));
    }

    void revoke(String device, String reason) {
        api.send(ApiRequest.post(object().put("reason", reason), "devices", device, "revocation"));
    }

    /** Invites somebody, and returns the code that is shown once. */
    String invite(String email, String role) {
        return post(object().put("email", email).put("role", role), "invitations")
                .path("code")
                .asString();
    }

    JsonNode post(ObjectNode body, String... segments) {
        return api.send(ApiRequest.post(body, segments)).json();
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public void close() {
        api.close();
    }
}
