/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.audit;

import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.server.audit.AuditChain.Verdict;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A verdict on the audit chain, in words for people and for scripts. */
final class AuditVerdict {

    private AuditVerdict() {}

    static ExitCode exitCode(Verdict verdict) {
        return verdict instanceof Verdict.Intact ? ExitCode.OK : ExitCode.CHECK_FAILED;
    }

    static void tell(Verdict verdict, boolean headWasKept, Terminal terminal) {
        switch (verdict) {
            case Verdict.Intact(long entries, String headHash) -> {
                terminal.result("intact");
                terminal.result("entries  " + entries);
                terminal.result("head     " + headHash);
                terminal.say(
                        headWasKept
                                ? "The kept head is in the chain: nothing up to it was removed."
                                : "Keep the head elsewhere and give it with --head the next time: only"
                                        + " so does it show when the newest entries are cut off.");
            }
            case Verdict.Broken(long sequence, String why) ->
                    terminal.say(
                            "breakwater: the audit chain is broken at entry "
                                    + sequence
                                    + ": "
                                    + why
                                    + "; the entries before it are proven, none after it is");
            case Verdict.HeadMissing(long entries, String _) ->
                    terminal.say(
                            "breakwater: the kept head is not among the "
                                    + entries
                                    + " entries of the log: its newest entries were cut off, or all of it"
                                    + " was written anew");
        }
    }

    static void json(Verdict verdict, Terminal terminal) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        switch (verdict) {
            case Verdict.Intact(long entries, String headHash) ->
                    json.put("verdict", "intact").put("entries", entries).put("head", headHash);
            case Verdict.Broken(long sequence, String why) ->
                    json.put("verdict", "broken").put("firstBadEntry", sequence).put("why", why);
            case Verdict.HeadMissing(long entries, String headHash) ->
                    json.put("verdict", "head-missing")
                            .put("entries", entries)
                            .put("head", headHash);
        }
        terminal.json(json.toString());
    }
}
