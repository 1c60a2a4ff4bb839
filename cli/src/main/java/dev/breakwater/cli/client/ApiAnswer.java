/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;

/**
 * What the API answered to a request it fulfilled.
 *
 * @param json the answer as a tree; missing when the answer has no content or is a file
 * @param text the answer as it came
 * @param etag which version it is, or {@code *} if the answer has none
 */
public record ApiAnswer(JsonNode json, String text, String etag) {

    static boolean isFile(HttpResponse<?> response) {
        return response.headers().allValues("Content-Type").contains(ApiRequest.FILE);
    }
}
