/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What every match of a regular expression goes through, roughly: a sequence of sets of bytes, of
 * which some may be left out and some may come again. Whatever the expression matches, the outline
 * matches as well, though not the other way round; letters count in either case, places between
 * bytes do not count. Where the outline is not, the expression need not be tried, which is most of
 * the places that a keyword points at.
 */
final class RegexOutline {

    /** Steps are the bits of a number. What comes after the last of them is not looked at. */
    private static final int STEPS_MAX = Long.SIZE - 1;

    private static final int BYTES = 256;
    private static final int ASCII = 128;

    /** Nothing but a place between bytes. */
    static final RegexOutline NOTHING = new RegexOutline(List.of(), true);

    private final List<Step> steps;
    private final boolean isWhole;

    /** One or, if it repeats, more bytes of a set; none will do if it is optional. */
    private record Step(BitSet bytes, boolean isOptional, boolean repeats) {}

    private RegexOutline(List<Step> steps, boolean isWhole) {
        this.steps = steps;
        this.isWhole = isWhole;
    }

    /** One byte of a set. */
    static RegexOutline of(BitSet bytes) {
        return new RegexOutline(List.of(new Step(bytes, false, false)), true);
    }

    /** One byte, whatever it is. */
    static RegexOutline any() {
        return of(all());
    }

    static BitSet all() {
        BitSet bytes = new BitSet(BYTES);
        bytes.set(0, BYTES);
        return bytes;
    }

    RegexOutline then(RegexOutline next) {
        List<Step> both = new ArrayList<>(steps);
        for (Step step : next.steps) {
            if (both.size() == STEPS_MAX || !isWhole) {
                return new RegexOutline(List.copyOf(both), false);
            }
            both.add(step);
        }
        return new RegexOutline(List.copyOf(both), isWhole && next.isWhole);
    }

    RegexOutline or(RegexOutline other) {
        BitSet bytes = union();
        bytes.or(other.union());
        boolean isOptional = isEmptyAtLeast() || other.isEmptyAtLeast();
        boolean repeats = !isOneByteAtMost() || !other.isOneByteAtMost();
        return new RegexOutline(List.of(new Step(bytes, isOptional, repeats)), true);
    }

    /**
     * The same again.
     *
     * @param atLeast how often at least
     * @param orMore whether it may come more often
     */
    RegexOutline times(long atLeast, boolean orMore) {
        if (steps.isEmpty()) {
            return this;
        }
        if (atLeast == 0) {
            boolean repeats = orMore || !isOneByteAtMost();
            return new RegexOutline(List.of(new Step(union(), true, repeats)), true);
        }
        RegexOutline repeated = this;
        for (long i = 1; i < Math.min(atLeast, STEPS_MAX); i++) {
            repeated = repeated.then(this);
        }
        if (atLeast > STEPS_MAX) {
            repeated = new RegexOutline(repeated.steps, false);
        }
        if (!orMore) {
            return repeated;
        }
        Step more = new Step(union(), true, true);
        return repeated.then(new RegexOutline(List.of(more), true));
    }

    /** All of it as one step: any of its bytes, once or more. */
    RegexOutline inAnyOrder() {
        return steps.isEmpty()
                ? this
                : new RegexOutline(List.of(new Step(union(), isEmptyAtLeast(), true)), true);
    }

    private BitSet union() {
        if (!isWhole) {
            return all();
        }
        BitSet bytes = new BitSet(BYTES);
        steps.forEach(step -> bytes.or(step.bytes));
        return bytes;
    }

    private boolean isEmptyAtLeast() {
        return steps.stream().allMatch(Step::isOptional);
    }

    private boolean isOneByteAtMost() {
        return isWhole && steps.size() <= 1 && steps.stream().noneMatch(Step::repeats);
    }

    /** Ready to be looked for. */
    Search search() {
        List<Step> merged = new ArrayList<>();
        for (Step step : steps) {
            boolean follows = !merged.isEmpty() && merged.getLast().isOptional;
            if (step.isOptional && follows) {
                BitSet bytes = (BitSet) step.bytes.clone();
                bytes.or(merged.removeLast().bytes);
                merged.add(new Step(bytes, true, true));
            } else if (!step.isOptional || !merged.isEmpty()) {
                merged.add(step);
            }
        }
        if (!merged.isEmpty() && merged.getLast().isOptional) {
            merged.removeLast();
        }
        return new Search(merged);
    }

    /**
     * The steps, one bit each, all of them followed at once (Baeza-Yates and Gonnet, 1992; with
     * steps that repeat or may be left out Navarro and Raffinot, 2002). Immutable.
     */
    static final class Search {

        private final long[] taking = new long[BYTES];
        private final long repeating;
        private final long optional;
        private final long last;

        private Search(List<Step> steps) {
            long again = 0;
            long leftOut = 0;
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                long bit = 1L << i;
                again |= step.repeats ? bit : 0;
                leftOut |= step.isOptional ? bit : 0;
                folded(step.bytes).stream().forEach(b -> taking[b] |= bit);
            }
            this.repeating = again;
            this.optional = leftOut;
            this.last = steps.isEmpty() ? 0 : 1L << (steps.size() - 1);
        }

        /** In either case; beyond ASCII cases are not known here, so that all such bytes count. */
        private static BitSet folded(BitSet bytes) {
            BitSet both = (BitSet) bytes.clone();
            for (int b = 'a'; b <= 'z'; b++) {
                int upper = b - ('a' - 'A');
                if (bytes.get(b) || bytes.get(upper)) {
                    both.set(b);
                    both.set(upper);
                }
            }
            if (bytes.nextSetBit(ASCII) >= 0) {
                both.set(ASCII, BYTES);
            }
            return both;
        }

        /** Whether the expression may be somewhere in these bytes; if not, it is not. */
        boolean mayBeIn(byte[] bytes, int from, int to) {
            if (last == 0) {
                return true;
            }
            long reached = 0;
            for (int i = from; i < to; i++) {
                long next = (reached << 1) | 1 | (reached & repeating);
                reached = next & taking[bytes[i] & 0xff];
                // No two steps that follow one another are optional: one look ahead is enough.
                reached |= (reached << 1) & optional;
                if ((reached & last) != 0) {
                    return true;
                }
            }
            return false;
        }
    }
}
