/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.firewall.ProductGate.CheckedSchema;
import dev.breakwater.server.firewall.ProductGate.TopicGate;
import dev.breakwater.server.firewall.ProductRules.ConnectRule;
import dev.breakwater.server.firewall.ProductRules.NetworkRule;
import dev.breakwater.server.firewall.ProductRules.PayloadRule;
import dev.breakwater.server.firewall.ProductRules.RateRule;
import dev.breakwater.server.firewall.ProductRules.Rule;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.LapsedDevice;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Judges messages, connections and calls by the rules in force, and notices what is odd about them.
 * Thread-safe; no method waits for anything. There is one per server.
 *
 * <p>The rules of all products are held here, compiled: a change is in force for everybody's next
 * message, connection and call when {@link FirewallRules#change} returns. Who refuses records it; a
 * rule that only observes is counted here and lets everything pass.
 */
public final class Firewall {

    /** Callers of the API whose operations are remembered; the store knows all of them. */
    private static final int CALLERS_MAX = 10_000;

    private final Limits limits;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Instant since;
    private final ConnectFailures failures;
    private final DeviceTraces traces;
    private final Noticed noticed = new Noticed();
    private final Map<ProductId, ProductGate> products = new ConcurrentHashMap<>();
    private final Map<OrganizationId, OrganizationGate> organizations = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> operations = new ConcurrentHashMap<>();

    /** Without rules; {@link FirewallRules} puts them in force. */
    public Firewall(Limits limits, MeterRegistry meters, Clock clock) {
        this.limits = limits;
        this.meters = meters;
        this.clock = clock;
        this.since = clock.instant();
        this.failures = new ConnectFailures(limits.of(Limit.FIREWALL_FAILED_CONNECTS));
        this.traces = new DeviceTraces(limits.of(Limit.FIREWALL_DEVICES_WATCHED));
    }

    /**
     * Judges size and rate of a message that is about to be taken; {@link #judgeContent} the rest.
     *
     * @return the refusal, if a rule is enforced that it does not keep to
     */
    public Optional<MessageRefused> judge(
            AuthenticatedDevice device, String topic, byte[] payload) {
        long now = clock.millis();
        DeviceTrace trace = traces.of(device.organization(), device.id(), device.product(), now);
        trace.message(now);
        ProductGate gate = products.get(device.product());
        if (gate == null) {
            return Optional.empty();
        }
        // The cheapest rule first: what is too large or too much is not even parsed.
        TopicGate rules = gate.of(topic);
        return tooLarge(rules, device, payload).or(() -> tooMany(rules, device, trace, now));
    }

    /**
     * Judges what is in a message.
     *
     * @param content as it came, or what was opened of it
     */
    public Optional<MessageRefused> judgeContent(
            AuthenticatedDevice device, String topic, byte[] content) {
        ProductGate gate = products.get(device.product());
        return gate == null ? Optional.empty() : unfit(gate.of(topic), device, content);
    }

    private Optional<MessageRefused> tooLarge(
            TopicGate rules, AuthenticatedDevice device, byte[] payload) {
        if (rules.payload().filter(RuleTally::isOn).isEmpty()) {
            return Optional.empty();
        }
        RuleTally<PayloadRule> tally = rules.payload().get();
        int max = tally.rule().bytesMax();
        return payload.length <= max
                ? Optional.empty()
                : refusal(
                        tally,
                        device,
                        RefusalReason.FIREWALL_PAYLOAD,
                        "a payload of %d bytes; the product allows %d"
                                .formatted(payload.length, max));
    }

    private Optional<MessageRefused> tooMany(
            TopicGate rules, AuthenticatedDevice device, DeviceTrace trace, long now) {
        if (rules.rate().filter(RuleTally::isOn).isEmpty()) {
            return Optional.empty();
        }
        RuleTally<RateRule> tally = rules.rate().get();
        RateRule rule = tally.rule();
        return trace.keepsTo(rule, now)
                ? Optional.empty()
                : refusal(
                        tally,
                        device,
                        RefusalReason.FIREWALL_RATE,
                        "more than %d messages in %d s"
                                .formatted(rule.messagesMax(), rule.seconds()));
    }

    private Optional<MessageRefused> unfit(
            TopicGate rules, AuthenticatedDevice device, byte[] payload) {
        if (rules.schema().filter(checked -> checked.tally().isOn()).isEmpty()) {
            return Optional.empty();
        }
        CheckedSchema checked = rules.schema().get();
        return checked.fault(payload)
                .flatMap(
                        fault ->
                                refusal(
                                        checked.tally(),
                                        device,
                                        RefusalReason.FIREWALL_SCHEMA,
                                        fault));
    }

    private Optional<MessageRefused> refusal(
            RuleTally<?> tally, AuthenticatedDevice device, RefusalReason reason, String why) {
        return refuses(tally, Finding.subject(device.id()), why)
                ? Optional.of(new MessageRefused(reason, why))
                : Optional.empty();
    }

    /** Counts a hit; whether it is to be refused. */
    private boolean refuses(RuleTally<?> tally, String subject, String evidence) {
        Rule rule = tally.rule();
        tally.hit(clock.instant(), subject, evidence);
        int blank = rule.name().indexOf(' ');
        meters.counter(
                        "breakwater.firewall.hits",
                        "rule",
                        blank < 0 ? rule.name() : rule.name().substring(0, blank),
                        "mode",
                        rule.mode().code())
                .increment();
        return rule.mode() == Mode.ENFORCING;
    }

    /** Judges a connection of a device that may come in as far as everybody else is concerned. */
    public Optional<Objection> connecting(AuthenticatedDevice device, String source) {
        long now = clock.millis();
        DeviceTrace trace = traces.of(device.organization(), device.id(), device.product(), now);
        Optional<ProductGate> gate = Optional.ofNullable(products.get(device.product()));
        Optional<Objection> objection =
                gate.flatMap(ProductGate::networks)
                        .flatMap(tally -> elsewhere(tally, Finding.subject(device.id()), source))
                        .map(
                                evidence ->
                                        new Objection(
                                                RefusalReason.FIREWALL_NETWORK,
                                                evidence,
                                                Optional.empty()))
                        .or(
                                () ->
                                        gate.flatMap(ProductGate::connects)
                                                .flatMap(
                                                        tally ->
                                                                tooOften(
                                                                        tally, device, trace,
                                                                        now)));
        if (objection.isEmpty()) {
            connected(trace, device, source, now);
        }
        return objection;
    }

    /** Whether a device that is known may come from here, with whatever it wants. */
    public Optional<Objection> reaching(AuthenticatedDevice device, String source) {
        return reaching(device.product(), device.id(), source);
    }

    /** The same for a device whose certificate has ended. */
    public Optional<Objection> reaching(LapsedDevice device, String source) {
        return reaching(device.product(), device.id(), source);
    }

    /** The same for any device. */
    public Optional<Objection> reaching(ProductId product, DeviceId device, String source) {
        return Optional.ofNullable(products.get(product))
                .flatMap(ProductGate::networks)
                .flatMap(tally -> elsewhere(tally, Finding.subject(device), source))
                .map(
                        evidence ->
                                new Objection(
                                        RefusalReason.FIREWALL_NETWORK,
                                        evidence,
                                        Optional.empty()));
    }

    /**
     * Whether a device of the product may enroll from here for the first time, with this code: the
     * details of a refusal if not.
     */
    public Optional<Map<String, String>> enrolling(ProductId product, String code, String source) {
        return Optional.ofNullable(products.get(product))
                .flatMap(ProductGate::networks)
                .flatMap(tally -> elsewhere(tally, "enrollment-code:" + code, source));
    }

    /** The details of a refusal, if this source is to be refused. */
    private Optional<Map<String, String>> elsewhere(
            RuleTally<NetworkRule> tally, String subject, String source) {
        if (!tally.isOn()
                || tally.rule().allows(source)
                || !refuses(tally, subject, "comes from " + source)) {
            return Optional.empty();
        }
        return Optional.of(Map.of("networks-allowed", String.valueOf(tally.rule().allowed())));
    }

    private Optional<Objection> tooOften(
            RuleTally<ConnectRule> tally, AuthenticatedDevice device, DeviceTrace trace, long now) {
        if (!tally.isOn()) {
            return Optional.empty();
        }
        Optional<Duration> wait = trace.waitFor(tally.rule(), now);
        String why = "more than %d connects in an hour".formatted(tally.rule().perHourMax());
        return wait.filter(some -> refuses(tally, Finding.subject(device.id()), why))
                .map(
                        some ->
                                new Objection(
                                        RefusalReason.FIREWALL_CONNECTS,
                                        Map.of("why", why),
                                        Optional.of(some)));
    }

    private void connected(DeviceTrace trace, AuthenticatedDevice device, String source, long now) {
        String place = SourceNetwork.placeOf(source);
        Instant at = Instant.ofEpochMilli(now);
        if (!trace.connected(place, source, now)
                && noticed.seen(
                        new Sighting(device.organization(), device.id(), place, source, at))) {
            trace.noted(place);
        }
        trace.sourcesInTurn()
                .ifPresent(
                        two ->
                                odd(
                                        device.organization(),
                                        device.id(),
                                        FindingKind.SOURCES_IN_TURN,
                                        Map.of("one", two.get(0), "other", two.get(1))));
    }

    /** A known device was refused at CONNECT, for whatever reason. */
    public void failed(
            OrganizationId organization, DeviceId device, String source, RefusalReason reason) {
        failures.count(device, clock.millis())
                .ifPresent(
                        count ->
                                odd(
                                        organization,
                                        device,
                                        FindingKind.FAILED_CONNECTS,
                                        Map.of(
                                                "failures", Integer.toString(count),
                                                "last-reason", reason.code(),
                                                "source", source)));
    }

    /**
     * A device turned out to have been copied, and is off.
     *
     * @param evidence by which sign, and where it came from
     */
    public void cloned(OrganizationId organization, DeviceId device, Map<String, String> evidence) {
        odd(organization, device, FindingKind.CLONE, evidence);
        noticed.hurry();
    }

    private void odd(
            OrganizationId organization,
            DeviceId device,
            FindingKind kind,
            Map<String, String> evidence) {
        FindingNote.Key key = new FindingNote.Key(organization, kind, Finding.subject(device));
        noticed.odd(key, clock.instant(), evidence);
    }

    /** Judges where a caller of the API comes from. */
    public Optional<Objection> calling(AuthenticatedCaller caller, String source) {
        OrganizationGate gate = organizations.get(caller.organization());
        if (gate == null) {
            return Optional.empty();
        }
        boolean person = caller.member().isPresent();
        return (person ? gate.staff() : gate.tokens())
                .flatMap(tally -> elsewhere(tally, caller.actor().toString(), source))
                .map(
                        details ->
                                new Objection(
                                        person
                                                ? RefusalReason.FIREWALL_STAFF_NETWORK
                                                : RefusalReason.FIREWALL_TOKEN_NETWORK,
                                        details,
                                        Optional.empty()));
    }

    /** Whether a member of the organization may begin or go on with a session from here. */
    public boolean admitsStaff(OrganizationId organization, String source) {
        return Optional.ofNullable(organizations.get(organization))
                .flatMap(OrganizationGate::staff)
                .flatMap(tally -> elsewhere(tally, "organization:" + organization, source))
                .isEmpty();
    }

    /** A caller was let through to an operation. */
    public void called(AuthenticatedCaller caller, String operation, String source) {
        String name = caller.actor().toString();
        if (operations.size() >= CALLERS_MAX && !operations.containsKey(name)) {
            operations.clear();
        }
        Set<String> known =
                operations.computeIfAbsent(name, unseen -> ConcurrentHashMap.newKeySet());
        if (!known.contains(operation)
                && noticed.used(
                        new OperationUse(
                                caller.organization(), name, operation, source, clock.instant()))) {
            known.add(operation);
        }
    }

    /** Since when rules count, unless they were changed later. */
    public Instant countedSince() {
        return since;
    }

    /** What a product's rules have found. */
    public List<RuleReport> report(ProductId product) {
        return Optional.ofNullable(products.get(product))
                .map(ProductGate::report)
                .orElse(List.of());
    }

    /** What an organization's rules have found. */
    public List<RuleReport> report(OrganizationId organization) {
        return Optional.ofNullable(organizations.get(organization))
                .map(OrganizationGate::report)
                .orElse(List.of());
    }

    void enforce(ProductId product, ProductRules rules) {
        if (rules.equals(ProductRules.NONE)) {
            products.remove(product);
        } else {
            Optional<ProductGate> before = Optional.ofNullable(products.get(product));
            products.put(product, new ProductGate(rules, before, limits));
        }
    }

    void enforce(OrganizationId organization, OrganizationRules rules) {
        if (rules.equals(OrganizationRules.NONE)) {
            organizations.remove(organization);
        } else {
            organizations.put(organization, new OrganizationGate(rules));
        }
    }

    DeviceTraces traces() {
        return traces;
    }

    Noticed noticed() {
        return noticed;
    }

    /** An operation that could not be stored has to be noticed again. */
    void forget(OperationUse use) {
        Optional.ofNullable(operations.get(use.caller()))
                .ifPresent(known -> known.remove(use.operation()));
    }
}
