/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.vetting;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.scan.SecretScan;
import dev.breakwater.server.scan.rule.RuleBook;
import dev.breakwater.server.scan.rule.RuleLimits;
import dev.breakwater.server.scan.rule.RulesRefused;
import dev.breakwater.server.vetting.ScanRuleStore.OwnRules;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What uploads are looked through for: the built-in rules, and what each organization has added to
 * them. A change counts for scans that begin after it; what was scanned before says by which rules.
 */
public final class ScanRules {

    private final ScanRuleStore store;
    private final Limits limits;
    private final Clock clock;
    private final RuleBook builtIn = RuleBook.builtIn();
    private final byte[] builtInFile = RuleBook.builtInFile();
    private final int compiledMax;

    /** By the hash of all rules, the one that was used longest ago first. */
    private final Map<String, SecretScan> compiled = new LinkedHashMap<>(16, 0.75f, true);

    /** What came of the wish to change own rules. */
    public sealed interface Change {

        /**
         * They count from now on.
         *
         * @param rules how many there are in the file
         */
        record Changed(long version, int rules, RuleSet inForce) implements Change {}

        /** Somebody else was faster. */
        record VersionMismatch(long current) implements Change {}
    }

    /**
     * All that a scan needs.
     *
     * @param rules to be kept with what it sees
     */
    record Prepared(RuleSet rules, SecretScan scan) {}

    /** With own rules from this store. */
    public ScanRules(ScanRuleStore store, Limits limits, Clock clock) {
        this.store = store;
        this.limits = limits;
        this.clock = clock;
        this.compiledMax = limits.of(Limit.SCAN_RULE_SETS);
    }

    /** An organization's own rules as they were handed in. */
    public OwnRules own(OrganizationId organization) {
        return store.rules(organization);
    }

    /** What counts for scans that begin now. */
    public RuleSet inForce(OrganizationId organization) {
        return set(store.rules(organization));
    }

    /**
     * Replaces an organization's own rules, once all of them are understood.
     *
     * @throws RulesRefused if they are not; the text says where, and what is taken instead
     */
    public Change replace(
            OrganizationId organization, byte[] file, Optional<Long> expectedVersion, Actor actor)
            throws RulesRefused {
        RuleBook book = builtIn.withOwn(file, RuleLimits.of(limits));
        int rules = book.rules().size() - builtIn.rules().size();
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        actor,
                        AuditAction.SCAN_RULES_CHANGED,
                        "organization:" + organization,
                        Map.of(
                                "rules", Integer.toString(rules),
                                "sha256", hex(sha256().digest(file))));
        return changed(organization, file, rules, expectedVersion, event);
    }

    /** Leaves an organization with the built-in rules alone. */
    public Change remove(OrganizationId organization, Optional<Long> expectedVersion, Actor actor) {
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        actor,
                        AuditAction.SCAN_RULES_REMOVED,
                        "organization:" + organization,
                        Map.of());
        return changed(organization, new byte[0], 0, expectedVersion, event);
    }

    private Change changed(
            OrganizationId organization,
            byte[] file,
            int rules,
            Optional<Long> expectedVersion,
            AuditEvent event) {
        return switch (store.replace(
                organization,
                file,
                expectedVersion,
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                event)) {
            case ScanRuleStore.Outcome.Changed(OwnRules now) ->
                    new Change.Changed(now.version(), rules, set(now));
            case ScanRuleStore.Outcome.VersionMismatch(long current) ->
                    new Change.VersionMismatch(current);
        };
    }

    /** Compiles what counts for an organization, unless it was used lately. */
    Prepared prepared(OrganizationId organization) {
        OwnRules own = store.rules(organization);
        RuleSet rules = set(own);
        synchronized (compiled) {
            SecretScan known = compiled.get(rules.sha256());
            if (known != null) {
                return new Prepared(rules, known);
            }
        }
        // Twice at worst, if two scans begin at the same moment.
        SecretScan scan = new SecretScan(book(own), limits, clock);
        synchronized (compiled) {
            compiled.put(rules.sha256(), scan);
            if (compiled.size() > compiledMax) {
                compiled.remove(compiled.keySet().iterator().next());
            }
        }
        return new Prepared(rules, scan);
    }

    /** How many are compiled just now. */
    int compiledCount() {
        synchronized (compiled) {
            return compiled.size();
        }
    }

    private RuleBook book(OwnRules own) {
        if (own.file().length == 0) {
            return builtIn;
        }
        try {
            return builtIn.withStored(own.file());
        } catch (RulesRefused notAnyMore) {
            // To scan without them would let through what they are there to find.
            throw new IllegalStateException(
                    "an organization's own scan rules were taken by another edition of this server"
                            + " and are not understood now; they have to be set anew: "
                            + notAnyMore.getMessage(),
                    notAnyMore);
        }
    }

    private RuleSet set(OwnRules own) {
        MessageDigest all = sha256();
        all.update(sha256().digest(builtInFile));
        all.update(sha256().digest(own.file()));
        return new RuleSet(own.version(), hex(all.digest()));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
