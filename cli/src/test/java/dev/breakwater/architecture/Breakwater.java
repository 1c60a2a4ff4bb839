/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;

/** The code under judgement and the checkout it came from. */
final class Breakwater {

    private Breakwater() {}

    /** All production classes of all modules on the class path. */
    static JavaClasses classes() {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("/testkit/"))
                .importPackages("dev.breakwater");
    }

    /** The folder of the checkout. */
    static Path checkout() {
        String root = System.getProperty("breakwater.root");
        if (root == null) {
            throw new IllegalStateException(
                    "run the tests by ./build: it says where the checkout is");
        }
        return Path.of(root);
    }
}
