/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.audit;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;

/**
 * How entries are chained and how the chain is checked.
 *
 * <p>hash = SHA-256( previous hash ‖ sequence ‖ microseconds since 1970 ‖ organization ‖ actor ‖
 * action ‖ subject ‖ number of details ‖ name and value of each, in order of name ). Numbers are 8
 * bytes, big-endian; texts are UTF-8 behind their length in 4 bytes, so that no two different
 * entries have the same bytes under the hash.
 */
public final class AuditChain {

    /** The hash before the first entry: 32 zero bytes. */
    public static final String BEFORE_FIRST = "0".repeat(64);

    private AuditChain() {}

    /** What a check of the whole chain found. */
    public sealed interface Verdict {

        /**
         * Every entry is in its place; keep {@code headHash} elsewhere to notice a cut tail later.
         */
        record Intact(long entries, String headHash) implements Verdict {}

        /** The first entry that does not fit, and in what way. */
        record Broken(long sequence, String why) implements Verdict {}

        /**
         * Every entry fits, but the head that was kept elsewhere is not among them: entries were
         * cut off the end, or the whole log was written anew.
         */
        record HeadMissing(long entries, String headHash) implements Verdict {}
    }

    /** The entry that follows the one with {@code previousSequence} and {@code previousHash}. */
    public static AuditEntry next(
            long previousSequence, String previousHash, Instant at, AuditEvent event) {
        return new AuditEntry(
                        previousSequence + 1,
                        ChronoUnit.MICROS.between(Instant.EPOCH, at),
                        event.organization().map(Object::toString).orElse(""),
                        event.actor().toString(),
                        event.action(),
                        event.subject(),
                        event.details(),
                        BEFORE_FIRST)
                .chainedAfter(previousHash);
    }

    /** Walks the chain from its first entry; stops at the first that does not fit. */
    public static Verdict verify(Iterator<AuditEntry> entries) {
        String previousHash = BEFORE_FIRST;
        long expected = 1;
        while (entries.hasNext()) {
            AuditEntry entry = entries.next();
            if (entry.sequence() != expected) {
                String gap =
                        "entry " + expected + " is missing; the next one is " + entry.sequence();
                return new Verdict.Broken(expected, gap);
            }
            if (!hash(previousHash, entry).equals(entry.hash())) {
                String altered =
                        "its content, or the entry before it, was altered: the hash does not match";
                return new Verdict.Broken(expected, altered);
            }
            previousHash = entry.hash();
            expected++;
        }
        return new Verdict.Intact(expected - 1, previousHash);
    }

    /**
     * The same, and looks for a head hash that was kept elsewhere. The chain alone cannot show that
     * its newest entries were cut off (truncation): what is left is whole in itself.
     */
    public static Verdict verify(Iterator<AuditEntry> entries, String keptHeadHash) {
        HeadSearch search = new HeadSearch(entries, keptHeadHash);
        return switch (verify(search)) {
            case Verdict.Intact(long count, String headHash) when !search.found() ->
                    new Verdict.HeadMissing(count, headHash);
            case Verdict verdict -> verdict;
        };
    }

    /** Passes the entries on and notes whether one has the hash; the empty log's head always is. */
    private static final class HeadSearch implements Iterator<AuditEntry> {

        private final Iterator<AuditEntry> entries;
        private final String keptHeadHash;
        private boolean found;

        HeadSearch(Iterator<AuditEntry> entries, String keptHeadHash) {
            this.entries = entries;
            this.keptHeadHash = keptHeadHash;
            this.found = keptHeadHash.equals(BEFORE_FIRST);
        }

        @Override
        public boolean hasNext() {
            return entries.hasNext();
        }

        @Override
        public AuditEntry next() {
            AuditEntry entry = entries.next();
            found |= entry.hash().equals(keptHeadHash);
            return entry;
        }

        boolean found() {
            return found;
        }
    }

    /**
     * The hash of an entry that follows the one with {@code previousHash}; the entry's own hash
     * plays no part.
     */
    static String hash(String previousHash, AuditEntry entry) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(HexFormat.of().parseHex(previousHash));
            out.writeLong(entry.sequence());
            out.writeLong(entry.atMicros());
            text(out, entry.organization());
            text(out, entry.actor());
            text(out, entry.action());
            text(out, entry.subject());
            out.writeLong(entry.details().size());
            for (Map.Entry<String, String> detail : entry.details().entrySet()) {
                text(out, detail.getKey());
                text(out, detail.getValue());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException("a byte array cannot fail to be written", impossible);
        }
        return HexFormat.of().formatHex(sha256().digest(bytes.toByteArray()));
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }
}
