/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.server.firewall.ProductRules.ConnectRule;
import dev.breakwater.server.firewall.ProductRules.NetworkRule;
import dev.breakwater.server.firewall.ProductRules.PayloadRule;
import dev.breakwater.server.firewall.ProductRules.RateRule;
import dev.breakwater.server.firewall.ProductRules.Rule;
import dev.breakwater.server.firewall.ProductRules.SchemaRule;
import dev.breakwater.server.limits.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A product's rules, compiled and in force. Immutable but for what its rules count; another one
 * takes its place when the rules change.
 */
final class ProductGate {

    private static final Logger LOG = LoggerFactory.getLogger(ProductGate.class);

    private final Map<String, TopicGate> topics = new HashMap<>();
    private final List<RuleTally<?>> tallies = new ArrayList<>();
    private final Optional<RuleTally<NetworkRule>> networks;
    private final Optional<RuleTally<ConnectRule>> connects;

    /** The rules for the messages on one topic. */
    record TopicGate(
            Optional<RuleTally<PayloadRule>> payload,
            Optional<RuleTally<RateRule>> rate,
            Optional<CheckedSchema> schema) {

        private static final TopicGate OPEN =
                new TopicGate(Optional.empty(), Optional.empty(), Optional.empty());

        /** What is not ruled for the topic itself is as for its kind. */
        TopicGate over(TopicGate kind) {
            return new TopicGate(
                    payload.or(kind::payload), rate.or(kind::rate), schema.or(kind::schema));
        }
    }

    /** A schema rule with its compiled schema, which is absent if it cannot be used any more. */
    record CheckedSchema(RuleTally<SchemaRule> tally, Optional<PayloadSchema> schema) {

        Optional<String> fault(byte[] payload) {
            // A rule that cannot be judged must not let everything pass.
            return schema.isEmpty()
                    ? Optional.of("this server cannot use the schema; store it again")
                    : schema.get().fault(payload);
        }
    }

    /**
     * Compiles.
     *
     * @param predecessor whose counts go on for the rules that stay as they are
     */
    ProductGate(ProductRules rules, Optional<ProductGate> predecessor, Limits limits) {
        Map<Rule, RuleTally<?>> before = new HashMap<>();
        predecessor.ifPresent(
                gate -> gate.tallies.forEach(tally -> before.put(tally.rule(), tally)));
        Map<String, Optional<CheckedSchema>> schemas = new HashMap<>();
        for (SchemaRule rule : rules.schemas()) {
            RuleTally<SchemaRule> tally = tally(rule, before);
            schemas.put(
                    rule.topic().text(),
                    Optional.of(new CheckedSchema(tally, compiled(rule, limits))));
        }
        Map<String, Optional<RuleTally<PayloadRule>>> payloads = new HashMap<>();
        rules.payloads()
                .forEach(
                        rule ->
                                payloads.put(
                                        rule.topic().text(), Optional.of(tally(rule, before))));
        Map<String, Optional<RuleTally<RateRule>>> rates = new HashMap<>();
        rules.rates()
                .forEach(rule -> rates.put(rule.topic().text(), Optional.of(tally(rule, before))));
        Set<String> ruled = new HashSet<>(schemas.keySet());
        ruled.addAll(payloads.keySet());
        ruled.addAll(rates.keySet());
        for (String topic : ruled) {
            topics.put(
                    topic,
                    new TopicGate(
                            payloads.getOrDefault(topic, Optional.empty()),
                            rates.getOrDefault(topic, Optional.empty()),
                            schemas.getOrDefault(topic, Optional.empty())));
        }
        topics.replaceAll(
                (topic, gate) ->
                        gate.over(topics.getOrDefault(RuledTopic.kindOf(topic), TopicGate.OPEN)));
        this.networks = rules.networks().map(rule -> tally(rule, before));
        this.connects = rules.connects().map(rule -> tally(rule, before));
    }

    /** Rules are equal when all that they say is. */
    @SuppressWarnings("unchecked") // an equal rule is of the same kind
    private <R extends Rule> RuleTally<R> tally(R rule, Map<Rule, RuleTally<?>> before) {
        RuleTally<R> tally = (RuleTally<R>) before.getOrDefault(rule, new RuleTally<>(rule));
        tallies.add(tally);
        return tally;
    }

    private static Optional<PayloadSchema> compiled(SchemaRule rule, Limits limits) {
        try {
            return Optional.of(new PayloadSchema(rule.schema(), limits));
        } catch (RuntimeException unusable) {
            // It was compiled before it was stored, so another version of the library objects.
            LOG.error("the {} cannot be compiled any more", rule.name(), unusable);
            return Optional.empty();
        }
    }

    TopicGate of(String topic) {
        TopicGate own = topics.get(topic);
        return own != null ? own : topics.getOrDefault(RuledTopic.kindOf(topic), TopicGate.OPEN);
    }

    Optional<RuleTally<NetworkRule>> networks() {
        return networks;
    }

    Optional<RuleTally<ConnectRule>> connects() {
        return connects;
    }

    List<RuleReport> report() {
        return tallies.stream().map(RuleTally::report).toList();
    }
}
