/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.organization.OrganizationId;
import java.util.ArrayList;
import java.util.List;

/**
 * The words that somebody who knows a member tries first: what the member, the organization, its
 * products and this product are called. They are judged wherever a password is set. Blocks.
 */
final class PasswordWords {

    /** The estimate looks for each of them, so that there must be an end. */
    private static final int NAMES_MAX = 200;

    private final MemberStore store;

    PasswordWords(MemberStore store) {
        this.store = store;
    }

    /** The words of a member, or of somebody who is about to be one. */
    List<String> of(OrganizationId organization, Email email, String name) {
        List<String> words = new ArrayList<>(List.of(email.text(), name, "breakwater"));
        words.addAll(store.ownNames(organization, NAMES_MAX));
        return words;
    }
}
