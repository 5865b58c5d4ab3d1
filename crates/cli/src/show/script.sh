set -eu
if [ "$(tail -n 1 "$0" 2>/dev/null)" != '# end of plan' ]; then
    echo 'the script is incomplete: save all of it to a file, and run that file with sh' >&2
    exit 2
fi
: "${MASSUP_ACCESS_TOKEN:?set it to an access token}"
domain=${MASSUP_API_URL:-https://www.zohoapis.com}
first=${1:-1}
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# A file, since other users can see the arguments of a process.
printf 'Authorization: Zoho-oauthtoken %s\nContent-Type: application/json\n' "$MASSUP_ACCESS_TOKEN" > "$work/headers"

# call STEP SUCCESSES PATH: sends standard input, and stops unless the answer has so many successes.
call() {
    cat > "$work/body"
    [ "$1" -ge "$first" ] || return 0
    if ! status=$(curl --silent --show-error --max-time 300 --header "@$work/headers" \
        --data-binary "@$work/body" --output "$work/answer" --write-out '%{http_code}' "$domain$3"); then
        echo "step $1: no answer, so it may or may not be done: look at the records before you go on" >&2
        exit 3
    fi
    successes=$(grep -o '"code" *: *"SUCCESS"' "$work/answer" | wc -l)
    if [ "$successes" -ne "$2" ]; then
        echo "step $1: HTTP $status, $successes of $2 succeeded:" >&2
        cat "$work/answer" >&2
        next=$1
        [ "$successes" -eq 0 ] || next=$(($1 + 1))
        echo >&2
        echo "stopped; to go on with step $next: sh $0 $next" >&2
        exit 1
    fi
    echo "step $1: done"
}
