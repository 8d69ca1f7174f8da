async function share(url) {
  if (navigator.share) {
    try {
      await navigator.share({ title: document.title, text: "Draw digits, see them read", url });
      return "";
    } catch (error) {
      if (error.name === "AbortError") return "";
    }
  }
  try {
    await navigator.clipboard.writeText(url);
    return "The link is in your clipboard.";
  } catch {
    return url; // where the browser gives no clipboard, as on pages without HTTPS, people can copy it by hand
  }
}

export default function ({ parentElement }) {
  parentElement.querySelector("button").onclick = async () => {
    parentElement.querySelector("p").textContent = await share(location.href);
  };
}
