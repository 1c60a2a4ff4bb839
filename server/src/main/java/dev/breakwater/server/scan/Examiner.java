/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import com.google.re2j.Matcher;
import dev.breakwater.server.scan.archive.Signature;
import dev.breakwater.server.scan.key.FoundKey;
import dev.breakwater.server.scan.rule.ByteRegex;
import dev.breakwater.server.scan.rule.Candidate;
import dev.breakwater.server.scan.rule.Rule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at the bytes of one content as they come by, in a window. The automaton sees each byte
 * once; what it points at is judged when enough of what follows is there, and the window then moves
 * on with enough of what went before. One thread; used again for the next content.
 */
final class Examiner implements ByteAutomaton.Endings {

    private static final int WINDOW_BYTES = 256 * 1_024;
    private static final int AHEAD_BYTES = 18 * 1_024;
    private static final int BEHIND_BYTES = Rule.REACH_MAX + 1_024;
    private static final int LINE_BYTES_MAX = 1_024;

    /** Hits kept, in the window's part that cannot be judged yet at least ten for each byte. */
    private static final int HITS_MAX = 256 * 1_024;

    /** Where an archive seems to begin. */
    record Sighting(Signature signature, long offset) {}

    private record Seen(int rule, long offset) {}

    private final Detectors detectors;
    private final Budget budget;
    private final Tally tally;
    private final byte[] window = new byte[WINDOW_BYTES];
    private final int[] pendingFrom;
    private final int[] pendingTo;
    private final boolean[] counts;
    private final Deque<Sighting> sightings = new ArrayDeque<>();
    private final Set<Seen> seen = new HashSet<>();
    private ContainerPath path = ContainerPath.of("-");
    private int[] hitTexts = new int[1_024];
    private int[] hitEnds = new int[1_024];
    private int hits;
    private int length;
    private long base;
    private int state;
    private int examinedTo;
    private int keyEnd;
    private boolean stopsAtSignatures;
    private boolean isStopped;

    Examiner(Detectors detectors, Budget budget, Tally tally) {
        this.detectors = detectors;
        this.budget = budget;
        this.tally = tally;
        int rules = detectors.rules().size();
        this.pendingFrom = new int[rules];
        this.pendingTo = new int[rules];
        this.counts = new boolean[rules];
    }

    /** Begins another content. */
    void begin(ContainerPath of) {
        path = of;
        sightings.clear();
        restart(0);
        for (int i = 0; i < counts.length; i++) {
            Rule rule = detectors.rules().get(i);
            counts[i] = rule.isFor(of.name(), budget::time);
            if (counts[i] && rule.regex().isEmpty()) {
                tally.found(rule.id(), rule.description(), of, 0, of.name(), "…");
            }
        }
    }

    private void restart(long offset) {
        base = offset;
        length = 0;
        hits = 0;
        examinedTo = 0;
        keyEnd = 0;
        state = ByteAutomaton.start();
        seen.clear();
    }

    /**
     * Takes the next bytes.
     *
     * @param stops whether to stop behind a signature
     * @return how many were taken
     */
    int feed(byte[] bytes, int from, int count, boolean stops) {
        stopsAtSignatures = stops;
        int taken = 0;
        while (taken < count) {
            if (length == WINDOW_BYTES) {
                examine(false);
            }
            int some = Math.min(count - taken, WINDOW_BYTES - length);
            System.arraycopy(bytes, from + taken, window, length, some);
            ByteAutomaton.Progress progress =
                    detectors.automaton().run(window, length, length + some, state, this);
            taken += progress.at() - length;
            length = progress.at();
            state = progress.state();
            if (isStopped) {
                isStopped = false;
                return taken;
            }
            if (hits >= HITS_MAX) {
                examine(false);
            }
        }
        return taken;
    }

    @Override
    public boolean text(int text, int end) {
        if (detectors.isSignature(text)) {
            Signature signature = detectors.signature(text);
            long offset = base + end - signature.length() - signature.offset();
            if (offset >= 0) {
                sightings.add(new Sighting(signature, offset));
                isStopped = stopsAtSignatures;
            }
            return !isStopped;
        }
        if (hits == hitTexts.length) {
            hitTexts = Arrays.copyOf(hitTexts, hits * 2);
            hitEnds = Arrays.copyOf(hitEnds, hits * 2);
        }
        hitTexts[hits] = text;
        hitEnds[hits++] = end;
        // Words that are in each other fill memory faster than the window fills.
        return hits < HITS_MAX;
    }

    /** The next place, from an offset on, where an archive seems to begin. */
    Optional<Sighting> sighting(long from) {
        while (!sightings.isEmpty() && sightings.peek().offset < from) {
            sightings.remove();
        }
        return Optional.ofNullable(sightings.poll());
    }

    /** What comes next stands elsewhere; in between, somebody else has looked. */
    void jump(long offset) {
        examine(true);
        restart(offset);
    }

    /** There is no more. */
    void end() {
        examine(true);
        restart(base + length);
    }

    private void examine(boolean isEnd) {
        budget.time();
        int limit = isEnd ? length : length - AHEAD_BYTES;
        Arrays.fill(pendingTo, -1);
        int done = 0;
        while (done < hits && hitEnds[done] <= limit) {
            hit(hitTexts[done], hitEnds[done]);
            done++;
        }
        for (int rule : detectors.withoutKeywords()) {
            pend(rule, Math.max(0, examinedTo - BEHIND_BYTES), length);
        }
        for (int rule = 0; rule < pendingTo.length; rule++) {
            match(rule);
        }
        if (!isEnd) {
            moveOn(Math.max(0, limit - BEHIND_BYTES), done, limit);
        }
    }

    private void moveOn(int from, int done, int limit) {
        System.arraycopy(window, from, window, 0, length - from);
        for (int i = done; i < hits; i++) {
            hitTexts[i - done] = hitTexts[i];
            hitEnds[i - done] = hitEnds[i] - from;
        }
        hits -= done;
        length -= from;
        base += from;
        examinedTo = limit - from;
        keyEnd = Math.max(0, keyEnd - from);
        seen.removeIf(one -> one.offset < base);
    }

    private void hit(int text, int end) {
        int start = end - detectors.automaton().length(text);
        if (detectors.isAnchor(text)) {
            // What stands inside of a key, as PKCS#1 in PKCS#8, is the same key.
            if (start >= keyEnd) {
                detectors.anchor(text).recognize(window, start, length).ifPresent(this::key);
            }
            return;
        }
        for (int rule : detectors.rulesOf(text)) {
            int reach = detectors.rules().get(rule).reach();
            pend(rule, Math.max(0, start - reach), Math.min(length, end + reach));
        }
    }

    private void pend(int rule, int from, int to) {
        if (!counts[rule]) {
            return;
        }
        if (pendingTo[rule] >= from) {
            pendingTo[rule] = Math.max(to, pendingTo[rule]);
            return;
        }
        match(rule);
        pendingFrom[rule] = from;
        pendingTo[rule] = to;
    }

    private void match(int number) {
        int from = pendingFrom[number];
        int to = pendingTo[number];
        pendingTo[number] = -1;
        Rule rule = detectors.rules().get(number);
        Optional<ByteRegex> regex = rule.regex();
        if (to <= from || regex.isEmpty() || !regex.get().mayBeIn(window, from, to)) {
            return;
        }
        budget.time();
        String text = new String(window, from, to - from, StandardCharsets.ISO_8859_1);
        Matcher matcher = regex.get().matcher(text, budget::time);
        while (matcher.find()) {
            long offset = base + from + matcher.start();
            if (seen.add(new Seen(number, offset))) {
                int group = rule.secretGroup(matcher);
                String secret = matcher.group(group);
                if (secret == null || secret.isEmpty()) {
                    continue;
                }
                Candidate candidate =
                        new Candidate(
                                path.name(),
                                matcher.group(),
                                secret,
                                line(text, matcher),
                                budget::time);
                if (rule.takes(candidate)) {
                    tally.found(
                            rule.id(),
                            rule.description(),
                            path,
                            base + from + matcher.start(group),
                            secret,
                            Finding.excerpt(secret));
                }
            }
        }
    }

    private static String line(String text, Matcher matcher) {
        int from = text.lastIndexOf('\n', Math.max(0, matcher.start() - 1)) + 1;
        int to = text.indexOf('\n', matcher.end());
        return text.substring(
                Math.max(Math.min(from, matcher.start()), matcher.start() - LINE_BYTES_MAX),
                Math.min(to < 0 ? text.length() : to, matcher.end() + LINE_BYTES_MAX));
    }

    private void key(FoundKey key) {
        keyEnd = key.to();
        if (!seen.add(new Seen(-1, base + key.from()))) {
            return;
        }
        String secret =
                new String(window, key.from(), key.to() - key.from(), StandardCharsets.ISO_8859_1);
        Optional<String> published = detectors.knownKeys().publishedIn(key);
        String rule = published.isPresent() ? "private-key-known" : key.rule();
        String description =
                key.description() + published.map(where -> ", known to all: " + where).orElse("");
        Candidate candidate = new Candidate(path.name(), secret, secret, secret, budget::time);
        if (detectors.book().takes(rule, candidate)) {
            tally.found(rule, description, path, base + key.from(), secret, "…");
        }
    }
}
