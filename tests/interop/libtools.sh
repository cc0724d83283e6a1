# For the scripts beside this one: foreign tools, fetched once into the cache of dependencies by their own
# clients, pinned by version and hash, and used from there without a network afterwards.

zkl_tools_folder() {
    local folder=${ZKL_DEPS_CACHE:-$HOME/.cache/zkl-deps}/tools
    mkdir -p "$folder"
    echo "$folder"
}

# A test that lacks its judge has failed, not passed.
zkl_lacks() {
    echo "this test needs $1; 'tools/setup.sh test' installs what a Debian has" >&2
    exit 1
}

# Run a command alone: tests run side by side and fill one cache.
zkl_locked() {
    flock "$(zkl_tools_folder)/lock" "$@"
}

# zkl_python REQUIREMENTS: print the path of a Python that has exactly what the file pins by hash.
zkl_python() {
    command -v python3 >/dev/null || zkl_lacks "python3 with its venv module"
    local key folder
    key=$(cat "$1" <(python3 -c 'import sys; print(sys.version, sys.prefix)') | sha256sum | cut -c1-16)
    folder=$(zkl_tools_folder)/python-$(basename "$1" .txt)-$key
    # what is there is whole: nobody waits for it behind one who fetches something else
    [ -x "$folder/bin/python" ] || (
        flock 9
        if [ ! -x "$folder/bin/python" ]; then
            rm -rf "$folder.part"
            python3 -m venv "$folder.part" >&2 &&
                "$folder.part/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
                    --require-hashes --only-binary :all: -r "$1" >&2 &&
                mv "$folder.part" "$folder"
        fi
    ) 9>"$(zkl_tools_folder)/lock" || zkl_lacks "python3-venv and the packages of $1"
    echo "$folder/bin/python"
}

# zkl_npm PINS NAME: print the folder that has, in node_modules, what PINS/package-lock.json pins by hash; installed the
# first time.
zkl_npm() {
    command -v npm >/dev/null || zkl_lacks "node and npm"
    local folder
    folder=$(zkl_tools_folder)/$2-$(sha256sum <"$1/package-lock.json" | cut -c1-16)
    [ -d "$folder" ] || (
        flock 9
        if [ ! -d "$folder" ]; then
            rm -rf "$folder.part"
            mkdir "$folder.part"
            cp "$1/package.json" "$1/package-lock.json" "$folder.part/"
            cd "$folder.part"
            npm ci --silent --ignore-scripts --no-audit --no-fund >&2 && mv "$folder.part" "$folder"
        fi
    ) 9>"$(zkl_tools_folder)/lock" || zkl_lacks "$2 from npm's registry, once"
    echo "$folder"
}
