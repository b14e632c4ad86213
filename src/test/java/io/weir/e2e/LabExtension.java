package io.weir.e2e;

/** The lab. */
final class LabExtension extends SharedLab<Lab> {
    LabExtension() {
        super(Lab.class);
    }

    @Override
    protected String obstacle() {
        return null;
    }

    @Override
    protected Lab open() {
        return new Lab();
    }

    @Override
    protected Watcher watcher(Lab lab) {
        return lab.watcher();
    }
}
