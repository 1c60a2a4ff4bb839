/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What the API answered to a request it fulfilled.
 *
 * @param json the answer as a tree; missing when the answer has no content
 * @param text the answer as it came
 * @param version the ETag, for a later change that must meet the same version
 */
public record ApiAnswer(JsonNode json, String text, Optional<String> version) {}
