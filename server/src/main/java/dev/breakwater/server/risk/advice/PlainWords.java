/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk.advice;

import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.risk.RiskProfile;
import java.util.ArrayList;
import java.util.List;

/** What cannot be counted: the trouble that a profile makes, and what it leaves open. */
final class PlainWords {

    private static final String SEALED_AND_RECORDED =
            "What devices tell is sealed, and states and replies are not; approval by two is"
                    + " recorded for this profile and not enforced yet.";

    private PlainWords() {}

    static List<String> handling(RiskProfile profile) {
        return switch (profile) {
            case LOW ->
                    List.of(
                            "A token per device instead of a certificate is permitted: no key to make,"
                                    + " no request to sign; whoever builds the device writes it in, and"
                                    + " the device asks for the next one within 90 days.",
                            "Nobody has to agree to an update, once the server updates devices.",
                            "Devices that take a certificate all the same renew it themselves.");
            case STANDARD ->
                    List.of(
                            "Each device makes a key and enrolls once, with a one-time code for its"
                                    + " serial.",
                            "A device that sleeps longer than its certificate lives has to enroll"
                                    + " anew.",
                            "Owners will be asked before an update, once the server updates"
                                    + " devices.");
            case CRITICAL ->
                    List.of(
                            "A secure element has to be chosen, placed, provisioned at the factory"
                                    + " and supported in the firmware.",
                            "A device that is offline for a week has to enroll anew: plan for"
                                    + " service.",
                            "Two people will have to agree to an update, once the server updates"
                                    + " devices; keep both reachable.");
            case VITAL ->
                    List.of(
                            "All that the critical profile asks for, and the secure element has to"
                                    + " be a TPM 2.0.",
                            "The roots of the TPM's maker, or each TPM's endorsement key, have to"
                                    + " be entered before devices connect.",
                            "A device connects with a new certificate only after it has attested"
                                    + " its key, once a renewal.");
        };
    }

    static List<String> leavesOpen(RiskProfile profile, Circumstances circumstances) {
        List<String> open = new ArrayList<>();
        switch (profile) {
            case LOW -> {
                open.add(
                        "A token, where one is used, is shown to be used: whoever reads it once,"
                                + " in the device or in a log, is the device until it is revoked.");
                open.add("A copied credential may go unnoticed for as long as it lives.");
            }
            case STANDARD ->
                    open.add(
                            "The key lies in the device's storage. Whoever gets all of that, by a"
                                    + " flaw in the firmware or with a soldering iron, has a copy;"
                                    + " it is noticed when both have renewed.");
            case CRITICAL -> {
                open.add(
                        "Firmware that was taken over can use the key in the secure element for as"
                                + " long as it runs there, though it cannot copy it.");
                open.add(
                        "That a key lies in hardware is the maker's word, unless the device has"
                                + " attested it; the vital profile demands that.");
                open.add(SEALED_AND_RECORDED);
            }
            case VITAL -> {
                open.add(
                        "Firmware that was taken over can use the key in the TPM for as long as it"
                                + " runs there, though it cannot copy it: which firmware runs is"
                                + " not attested.");
                open.add(
                        "A TPM whose maker has lost a signing key, or that was opened in a"
                                + " laboratory, attests what its attacker likes.");
                open.add(SEALED_AND_RECORDED);
            }
        }
        boolean hardware = profile.terms().lowestAssurance().meets(Assurance.HARDWARE_KEY);
        if (circumstances.attackersReachDevice() && !hardware) {
            open.add("Attackers reach the device, and what it stores can be read out of it.");
        }
        if (circumstances.consequences().contains(Consequence.PHYSICAL_HARM)) {
            open.add(
                    "No identity keeps a command by an authorized person from doing harm: limits"
                            + " belong into the device.");
        }
        return open;
    }
}
