/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Finds the id of what people call by a name of their own. */
public final class Names {

    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final int PAGES_MAX = 1_000;

    private Names() {}

    /**
     * The device with this id or this serial. A serial may have the form of an id, so that an id
     * nobody has is looked for among the serials.
     */
    public static String deviceId(ApiClient api, String idOrSerial) {
        if (ID.matcher(idOrSerial).matches()
                && api.find(ApiRequest.get("devices", idOrSerial)).isPresent()) {
            return idOrSerial;
        }
        ApiAnswer found = api.send(ApiRequest.get("devices").with("serial", idOrSerial));
        JsonNode items = found.json().path("items");
        if (items.size() != 1) {
            throw unknown("device with the id or serial", idOrSerial, "breakwater device list");
        }
        return items.path(0).path("id").asString();
    }

    /** The product with this id or this name. */
    public static String productId(ApiClient api, String idOrName) {
        if (ID.matcher(idOrName).matches()) {
            return idOrName;
        }
        return named(api, "products", "name", idOrName)
                .orElseThrow(
                        () ->
                                unknown(
                                        "product with the id or name",
                                        idOrName,
                                        "breakwater product list"));
    }

    /** The member with this id or this address, in whatever case. */
    public static String memberId(ApiClient api, String idOrEmail) {
        if (ID.matcher(idOrEmail).matches()) {
            return idOrEmail;
        }
        return named(api, "members", "email", idOrEmail)
                .orElseThrow(
                        () ->
                                unknown(
                                        "member with the id or address",
                                        idOrEmail,
                                        "breakwater member list"));
    }

    /** The open invitation with this id or of this address, in whatever case. */
    public static String invitationId(ApiClient api, String idOrEmail) {
        if (ID.matcher(idOrEmail).matches()) {
            return idOrEmail;
        }
        return named(api, "invitations", "email", idOrEmail)
                .orElseThrow(
                        () ->
                                unknown(
                                        "open invitation with the id or of the address",
                                        idOrEmail,
                                        "breakwater invitation list"));
    }

    /** The server keeps addresses in lower case, and nothing else that has one meaning only. */
    private static Optional<String> named(
            ApiClient api, String collection, String member, String name) {
        String wanted = member.equals("email") ? name.toLowerCase(Locale.ROOT) : name;
        Optional<String> cursor = Optional.empty();
        for (int page = 0; page < PAGES_MAX; page++) {
            JsonNode json = api.send(ApiRequest.get(collection).with("cursor", cursor)).json();
            for (JsonNode item : json.path("items")) {
                if (item.path(member).asString("").equals(wanted)) {
                    return Optional.of(item.path("id").asString());
                }
            }
            cursor = json.path("nextCursor").asStringOpt();
            if (cursor.isEmpty()) {
                break;
            }
        }
        return Optional.empty();
    }

    private static CommandFailed unknown(String kind, String name, String listing) {
        return new CommandFailed(
                ExitCode.REFUSED,
                "there is no " + kind + " '" + name + "'; " + listing + " shows what there is");
    }
}
