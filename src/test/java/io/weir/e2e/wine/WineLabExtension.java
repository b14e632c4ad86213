package io.weir.e2e.wine;

import io.weir.e2e.SharedLab;
import io.weir.e2e.Watcher;

/** The lab with the bed in it. */
final class WineLabExtension extends SharedLab<WineLab> {
    WineLabExtension() {
        super(WineLab.class);
    }

    @Override
    protected String obstacle() {
        return Bed.isSetUp() ? null
            : "the Wine bed is not set up; tools/wine/setup does it, where the Python package index can be reached.";
    }

    @Override
    protected WineLab open() {
        return new WineLab();
    }

    @Override
    protected Watcher watcher(WineLab lab) {
        return lab.lab().watcher();
    }
}
