/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.server.firewall.ProductRules.ConnectRule;
import dev.breakwater.server.firewall.ProductRules.NetworkRule;
import dev.breakwater.server.firewall.ProductRules.PayloadRule;
import dev.breakwater.server.firewall.ProductRules.RateRule;
import dev.breakwater.server.firewall.ProductRules.SchemaRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rules as JSON: what the API takes and shows, and what the store keeps. Reading expects what the
 * API's contract lets through, and finds the faults that a contract cannot say.
 */
public final class RulesText {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private RulesText() {}

    /**
     * Reads a product's rules.
     *
     * @throws RulesRefused if a topic or network is none, or two rules are for the same
     */
    public static ProductRules product(JsonNode json) throws RulesRefused {
        List<SchemaRule> schemas = new ArrayList<>();
        List<PayloadRule> payloads = new ArrayList<>();
        List<RateRule> rates = new ArrayList<>();
        Topics topics = new Topics();
        for (JsonNode rule : json.path("schemas")) {
            RuledTopic topic = topics.next("/schemas/" + schemas.size(), rule);
            schemas.add(new SchemaRule(topic, mode(rule), rule.path("schema")));
        }
        topics = new Topics();
        for (JsonNode rule : json.path("payloads")) {
            RuledTopic topic = topics.next("/payloads/" + payloads.size(), rule);
            payloads.add(new PayloadRule(topic, mode(rule), rule.path("bytesMax").asInt()));
        }
        topics = new Topics();
        for (JsonNode rule : json.path("rates")) {
            RuledTopic topic = topics.next("/rates/" + rates.size(), rule);
            rates.add(
                    new RateRule(
                            topic,
                            mode(rule),
                            rule.path("messagesMax").asInt(),
                            rule.path("seconds").asInt()));
        }
        JsonNode connects = json.path("connects");
        return new ProductRules(
                schemas,
                payloads,
                rates,
                networks(json, "networks"),
                connects.isObject()
                        ? Optional.of(
                                new ConnectRule(
                                        mode(connects), connects.path("perHourMax").asInt()))
                        : Optional.empty());
    }

    /**
     * Reads an organization's rules.
     *
     * @throws RulesRefused if a network is none
     */
    public static OrganizationRules organization(JsonNode json) throws RulesRefused {
        return new OrganizationRules(networks(json, "staff"), networks(json, "tokens"));
    }

    private static Optional<NetworkRule> networks(JsonNode json, String member)
            throws RulesRefused {
        JsonNode rule = json.path(member);
        if (!rule.isObject()) {
            return Optional.empty();
        }
        List<SourceNetwork> allowed = new ArrayList<>();
        for (JsonNode network : rule.path("allowed")) {
            try {
                allowed.add(SourceNetwork.parse(network.asString("")));
            } catch (IllegalArgumentException none) {
                throw new RulesRefused(
                        "/" + member + "/allowed/" + allowed.size(),
                        String.valueOf(none.getMessage()));
            }
        }
        return Optional.of(new NetworkRule(mode(rule), allowed));
    }

    private static Mode mode(JsonNode rule) {
        return Mode.parse(rule.path("mode").asString("off"));
    }

    /** The topics of one kind of rule. */
    private static final class Topics {

        private final Set<RuledTopic> taken = new HashSet<>();

        RuledTopic next(String pointer, JsonNode rule) throws RulesRefused {
            RuledTopic topic;
            try {
                topic = new RuledTopic(rule.path("topic").asString(""));
            } catch (IllegalArgumentException none) {
                throw new RulesRefused(pointer + "/topic", String.valueOf(none.getMessage()));
            }
            if (!taken.add(topic)) {
                throw new RulesRefused(pointer + "/topic", "has a rule of this kind already");
            }
            return topic;
        }
    }

    /** Writes a product's rules; what is not ruled is left out. */
    public static ObjectNode of(ProductRules rules) {
        ObjectNode json = JSON.objectNode();
        ArrayNode schemas = json.putArray("schemas");
        for (SchemaRule rule : rules.schemas()) {
            schemas.addObject()
                    .put("topic", rule.topic().text())
                    .put("mode", rule.mode().code())
                    .set("schema", rule.schema());
        }
        ArrayNode payloads = json.putArray("payloads");
        for (PayloadRule rule : rules.payloads()) {
            payloads.addObject()
                    .put("topic", rule.topic().text())
                    .put("mode", rule.mode().code())
                    .put("bytesMax", rule.bytesMax());
        }
        ArrayNode rates = json.putArray("rates");
        for (RateRule rule : rules.rates()) {
            rates.addObject()
                    .put("topic", rule.topic().text())
                    .put("mode", rule.mode().code())
                    .put("messagesMax", rule.messagesMax())
                    .put("seconds", rule.seconds());
        }
        rules.networks().ifPresent(rule -> put(json, "networks", rule));
        rules.connects()
                .ifPresent(
                        rule ->
                                json.putObject("connects")
                                        .put("mode", rule.mode().code())
                                        .put("perHourMax", rule.perHourMax()));
        return json;
    }

    /** Writes an organization's rules; what is not ruled is left out. */
    public static ObjectNode of(OrganizationRules rules) {
        ObjectNode json = JSON.objectNode();
        rules.staff().ifPresent(rule -> put(json, "staff", rule));
        rules.tokens().ifPresent(rule -> put(json, "tokens", rule));
        return json;
    }

    private static void put(ObjectNode json, String member, NetworkRule rule) {
        ObjectNode written = json.putObject(member).put("mode", rule.mode().code());
        ArrayNode allowed = written.putArray("allowed");
        rule.allowed().forEach(network -> allowed.add(network.toString()));
    }
}
