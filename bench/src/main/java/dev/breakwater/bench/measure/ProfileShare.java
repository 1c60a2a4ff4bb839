/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** What part of a server's CPU time a recording has found in some of its code. */
final class ProfileShare {

    static final String EVENT = "jdk.CPUTimeSample";

    private ProfileShare() {}

    /**
     * The part of the samples in which such a class was at work, itself or by what it called; not a
     * number if the recording has no samples.
     *
     * @param code names of classes; of packages, if they end in a dot
     */
    static double of(Path recording, List<String> code) throws IOException {
        Predicate<String> wanted = name -> code.stream().anyMatch(one -> isOf(name, one));
        int all = 0;
        int found = 0;
        try (RecordingFile events = new RecordingFile(recording)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                if (event.getEventType().getName().equals(EVENT)) {
                    all++;
                    found += isIn(event, wanted) ? 1 : 0;
                }
            }
        }
        return all == 0 ? Double.NaN : found / (double) all;
    }

    private static boolean isIn(RecordedEvent event, Predicate<String> code) {
        return event.getStackTrace() != null
                && event.getStackTrace().getFrames().stream()
                        .filter(RecordedFrame::isJavaFrame)
                        .anyMatch(frame -> code.test(frame.getMethod().getType().getName()));
    }

    private static boolean isOf(String name, String code) {
        return code.endsWith(".")
                ? name.startsWith(code)
                : name.equals(code) || name.startsWith(code + "$");
    }
}
