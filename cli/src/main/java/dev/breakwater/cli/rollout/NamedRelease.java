/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.rollout;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** A release by its id, or by its version among those of a product that are published. */
final class NamedRelease {

    private static final int PAGES_MAX = 100;

    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private NamedRelease() {}

    /** Its id. Of two releases of one version, whose bytes differ, none is guessed. */
    static String id(ApiClient api, String productId, String product, String idOrVersion) {
        if (ID.matcher(idOrVersion).matches()) {
            return idOrVersion;
        }
        Optional<String> found = Optional.empty();
        Optional<String> cursor = Optional.empty();
        for (int page = 0; page < PAGES_MAX; page++) {
            JsonNode json =
                    api.send(
                                    ApiRequest.get("products", productId, "releases")
                                            .with("cursor", cursor))
                            .json();
            for (JsonNode release : json.path("items")) {
                if (release.path("version").asString("").equals(idOrVersion)
                        && release.path("state").asString("").equals("published")) {
                    if (found.isPresent()) {
                        throw new CommandFailed(
                                ExitCode.REFUSED,
                                "there are several releases %s of %s; name the one you mean by its id"
                                        .formatted(idOrVersion, product));
                    }
                    found = Optional.of(release.path("id").asString());
                }
            }
            cursor = json.path("nextCursor").asStringOpt();
            if (cursor.isEmpty()) {
                break;
            }
        }
        return found.orElseThrow(
                () ->
                        new CommandFailed(
                                ExitCode.REFUSED,
                                "no release with the id or version '%s' is published for %s; breakwater release list shows what there is"
                                        .formatted(idOrVersion, product)));
    }
}
