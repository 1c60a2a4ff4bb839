/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.power;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Plays a life on {@link CuttableFiles} once, and then, for every write it made and for every
 * {@link Survival}, starts again from what a power cut before that write would have left. A test of
 * a product says what the life is and what must be true after any cut:
 *
 * <pre>{@code
 * PowerCuts.Played played =
 *         new PowerCuts(
 *                         (root, told) -> {
 *                             Settings settings = Settings.open(root.resolve("settings"));
 *                             settings.setBrightness(30);
 *                             told.acknowledge("brightness 30");
 *                         },
 *                         (root, cut) -> {
 *                             Settings settings = Settings.open(root.resolve("settings"));
 *                             if (cut.acknowledged("brightness 30")) {
 *                                 assertThat(settings.brightness()).isEqualTo(30);
 *                             }
 *                         })
 *                 .play();
 * assertThat(played.writes()).isGreaterThan(1);
 * }</pre>
 *
 * <p>The life runs to its end in one piece and is never interrupted, so it may talk to servers and
 * use threads: what a process does after a cut matters to nobody. It says {@link Told#acknowledge}
 * when it has told somebody something, and a start after a cut must not contradict that. A start
 * that throws fails the play, with the cut in its message: 100 % start again. At most 20,000
 * writes; every write is one copy of all files, so keep them small. One play at a time.
 *
 * <p>{@link #playTwice} cuts the start after each cut as well, at each of its writes: for what must
 * be finished by a later start, whatever happens to that.
 */
public final class PowerCuts {

    /** What a device does. */
    @FunctionalInterface
    public interface Life {

        /**
         * Lives.
         *
         * @param root the directory everything is in; empty at the beginning
         * @param told to be told what others were told
         */
        void live(Path root, Told told) throws Exception;
    }

    /** What a device does when the power is back, and what must be true then. */
    @FunctionalInterface
    public interface Restart {

        /**
         * Starts again, and fails if anything is wrong.
         *
         * @param root the directory with what the cut left
         * @param cut what happened
         */
        void startAgain(Path root, Cut cut) throws Exception;
    }

    /** Takes down what others were told. */
    @FunctionalInterface
    public interface Told {

        /** From here on this must survive every cut. */
        void acknowledge(String fact);
    }

    /**
     * What was played.
     *
     * @param writes how many writes the life made
     * @param cuts how many power cuts that makes, with every {@link Survival}
     * @param starts how many starts were played: cuts that leave the same on the medium, after the
     *     same was told, are one
     */
    public record Played(int writes, int cuts, int starts) {}

    private final Life before;
    private final Life life;
    private final Restart restart;
    private final InstantSource clock;
    private int cuts;
    private int starts;

    /** A play by the system's clock, on an empty medium. */
    public PowerCuts(Life life, Restart restart) {
        this((_, _) -> {}, life, restart, InstantSource.system());
    }

    /**
     * A play.
     *
     * @param before what happened before; it is not cut, and all of it is synced
     * @param life what is cut
     * @param clock gives files their times
     */
    public PowerCuts(Life before, Life life, Restart restart, InstantSource clock) {
        this.before = before;
        this.life = life;
        this.restart = restart;
        this.clock = clock;
    }

    /**
     * Cuts at every write, and after the last one.
     *
     * @throws AssertionError if a start after a cut failed; its message says which
     */
    public Played play() throws Exception {
        return play(false);
    }

    /** Like {@link #play}, and each start that writes is itself cut at every one of its writes. */
    public Played playTwice() throws Exception {
        return play(true);
    }

    private Played play(boolean twice) throws Exception {
        CuttableFiles prepared = CuttableFiles.empty(clock);
        before.live(prepared.root(), prepared.platter()::acknowledge);
        CuttableFiles files = prepared.platter().settled();
        life.live(files.root(), files.platter()::acknowledge);
        List<Platter.Picture> pictures = files.platter().end();
        cuts = 0;
        starts = 0;
        Set<String> played = new HashSet<>();
        for (int write = 0; write < pictures.size(); write++) {
            for (Survival survival : Survival.values()) {
                Platter.Picture picture = pictures.get(write);
                Cut cut = new Cut(write, picture.next(), survival, picture.acknowledged());
                List<Platter.Picture> second = startAgain(picture, cut, survival, "", played);
                if (twice) {
                    cutAgain(second, cut);
                }
            }
        }
        return new Played(pictures.size() - 1, cuts, starts);
    }

    /** The last picture is of a start that came to its end, which was looked at already. */
    private void cutAgain(List<Platter.Picture> pictures, Cut first) {
        Set<String> played = new HashSet<>();
        for (int write = 0; write < pictures.size() - 1; write++) {
            for (Survival survival : Survival.values()) {
                Platter.Picture picture = pictures.get(write);
                String then =
                        "; then again after write %d of the start, before \"%s\", %s"
                                .formatted(write, picture.next(), survival);
                var _ = startAgain(picture, first, survival, then, played);
            }
        }
    }

    /** Returns the pictures of the start, none if the same was played before. */
    private List<Platter.Picture> startAgain(
            Platter.Picture picture, Cut cut, Survival survival, String then, Set<String> played) {
        Inode left = picture.root().survivor(survival);
        cuts++;
        if (!played.add(left.fingerprint() + cut.acknowledged())) {
            return List.of();
        }
        starts++;
        CuttableFiles files = new CuttableFiles(new Platter(clock, left));
        try {
            restart.startAgain(files.root(), cut);
        } catch (Exception | AssertionError wrong) {
            throw new AssertionError(cut + then + ": " + wrong, wrong);
        }
        return files.platter().end();
    }
}
