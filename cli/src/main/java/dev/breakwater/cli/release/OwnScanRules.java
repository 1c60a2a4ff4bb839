/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.server.scan.rule.RuleBook;
import dev.breakwater.server.scan.rule.RulesRefused;
import java.nio.charset.StandardCharsets;

/** The rules that an organization has its artifacts scanned by, besides the built-in ones. */
final class OwnScanRules {

    private final ApiClient api;
    private final String organization;

    OwnScanRules(ApiClient api) {
        this.api = api;
        this.organization =
                api.send(ApiRequest.get("organizations")).json().at("/items/0/id").asString();
    }

    private String[] path() {
        return new String[] {"organizations", organization, "scan-rules"};
    }

    /** The file as the server has it; its text is empty if there are none. */
    ApiAnswer fetch() {
        return api.send(ApiRequest.get(path()));
    }

    /** Puts a file in the place of what was fetched. */
    ApiAnswer replace(byte[] file, ApiAnswer fetched) {
        return api.send(ApiRequest.putFile(file, path()).onlyIf(fetched.etag()));
    }

    /** Removes what was fetched. */
    void remove(ApiAnswer fetched) {
        var _ = api.send(ApiRequest.delete(path()).onlyIf(fetched.etag()));
    }

    /** The file to the byte: the server takes nothing that is not UTF-8. */
    static byte[] bytes(ApiAnswer fetched) {
        return fetched.text().getBytes(StandardCharsets.UTF_8);
    }

    /** What an upload will be scanned by, as far as this machine understands it. */
    RuleBook book(Terminal terminal) {
        ApiAnswer fetched = fetch();
        if (fetched.text().isEmpty()) {
            return RuleBook.builtIn();
        }
        try {
            return RuleBook.builtIn().withStored(bytes(fetched));
        } catch (RulesRefused newer) {
            terminal.say(
                    "Beware: this breakwater does not understand your organization's scan rules (%s); only the server scans by them."
                            .formatted(newer.getMessage()));
            return RuleBook.builtIn();
        }
    }
}
